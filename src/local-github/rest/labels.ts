/** https://docs.github.com/en/rest/issues/labels */
import { z } from "zod";

import { addLabel, emitLabel, setLabels } from "../issue-changes.ts";
import type { LocalRoute } from "../router.ts";
import { Refusal } from "../route.ts";
import { findLabel, labelShape, labelsOf } from "../shapes/issue.ts";
import type { Label, Repository } from "../state.ts";
import { issueOf, repositoryOf } from "../world.ts";
import type { LocalRequest, World } from "../world.ts";
import { created, listReply, NO_CONTENT, ok, readBody, validationFailed } from "./exchange.ts";
import { EITHER } from "./issues.ts";

const Color = z.string().regex(/^[0-9a-fA-F]{6}$/u);
const NewLabel = z.object({
  name: z.string().min(1),
  color: Color.optional(),
  description: z.string().max(100).nullish(),
});
const LabelPatch = z.object({
  new_name: z.string().min(1).optional(),
  color: Color.optional(),
  description: z.string().max(100).nullish(),
});
const Names = z.union([
  z.object({ labels: z.array(z.union([z.string(), z.object({ name: z.string() })])) }),
  z.array(z.string()),
]);

export function labelRoutes(world: World): LocalRoute[] {
  const labels = "/repos/:owner/:repo/labels";
  const issueLabels = "/repos/:owner/:repo/issues/:issue_number{\\d+}/labels";
  return [
    {
      method: "GET",
      path: labels,
      permission: EITHER.replaceAll("write", "read"),
      handle: (request) => {
        const repository = repositoryOf(world, request);
        return listReply(request, repository.labels, (page) =>
          page.map((label) => labelShape(world, repository, label)),
        );
      },
    },
    {
      method: "POST",
      path: labels,
      permission: EITHER,
      handle: (request) => {
        const repository = repositoryOf(world, request);
        const input = readBody(request, NewLabel);
        checkName(repository, input.name, null);
        const label = addLabel(
          world,
          { repository, caller: request.caller },
          {
            name: input.name,
            color: (input.color ?? "ededed").toLowerCase(),
            description: input.description ?? null,
          },
        );
        return created(labelShape(world, repository, label));
      },
    },
    {
      method: "GET",
      path: `${labels}/:name`,
      permission: EITHER.replaceAll("write", "read"),
      handle: (request) => {
        const repository = repositoryOf(world, request);
        return ok(labelShape(world, repository, labelOf(repository, request)));
      },
    },
    {
      method: "PATCH",
      path: `${labels}/:name`,
      permission: EITHER,
      handle: (request) => {
        const repository = repositoryOf(world, request);
        const label = labelOf(repository, request);
        const input = readBody(request, LabelPatch);
        if (input.new_name !== undefined) rename(repository, label, input.new_name);
        label.color = (input.color ?? label.color).toLowerCase();
        if (input.description !== undefined) label.description = input.description;
        emitLabel(world, { repository, caller: request.caller }, { label, action: "edited" });
        return ok(labelShape(world, repository, label));
      },
    },
    {
      method: "DELETE",
      path: `${labels}/:name`,
      permission: EITHER,
      handle: (request) => {
        const repository = repositoryOf(world, request);
        const label = labelOf(repository, request);
        repository.labels = repository.labels.filter((other) => other !== label);
        for (const issue of repository.issues)
          issue.labels = issue.labels.filter((name) => name !== label.name);
        emitLabel(world, { repository, caller: request.caller }, { label, action: "deleted" });
        return NO_CONTENT;
      },
    },
    {
      method: "GET",
      path: issueLabels,
      permission: EITHER.replaceAll("write", "read"),
      handle: (request) => {
        const repository = repositoryOf(world, request);
        return listReply(
          request,
          labelsOf(world, repository, issueOf(repository, request.params["issue_number"])),
        );
      },
    },
    changeRoute(world, { method: "POST", path: issueLabels }, (now, named) => [...now, ...named]),
    changeRoute(world, { method: "PUT", path: issueLabels }, (_now, named) => named),
    {
      method: "DELETE",
      path: issueLabels,
      permission: EITHER,
      role: "triage",
      handle: (request) => {
        const repository = repositoryOf(world, request);
        const issue = issueOf(repository, request.params["issue_number"]);
        setLabels(world, { repository, caller: request.caller }, { issue, labels: [] });
        return NO_CONTENT;
      },
    },
    {
      method: "DELETE",
      path: `${issueLabels}/:name`,
      permission: EITHER,
      role: "triage",
      handle: (request) => {
        const repository = repositoryOf(world, request);
        const issue = issueOf(repository, request.params["issue_number"]);
        const name = findLabel(repository, request.params["name"] ?? "")?.name;
        if (name === undefined || !issue.labels.includes(name))
          throw new Refusal(404, "Label does not exist");
        const kept = issue.labels.filter((own) => own !== name);
        setLabels(world, { repository, caller: request.caller }, { issue, labels: kept });
        return ok(labelsOf(world, repository, issue));
      },
    },
  ];
}

function changeRoute(
  world: World,
  row: { method: "POST" | "PUT"; path: string },
  change: (now: readonly string[], named: readonly string[]) => readonly string[],
): LocalRoute {
  return {
    ...row,
    permission: EITHER,
    role: "triage",
    handle: (request) => {
      const repository = repositoryOf(world, request);
      const issue = issueOf(repository, request.params["issue_number"]);
      const input = readBody(request, Names);
      const named = (Array.isArray(input) ? input : input.labels).map((one) =>
        typeof one === "string" ? one : one.name,
      );
      const labels = change(issue.labels, named);
      if (new Set(labels).size > 100) {
        const message = "Issues cannot have more than 100 labels";
        throw validationFailed({ resource: "Issue", field: "labels", code: "custom", message });
      }
      setLabels(world, { repository, caller: request.caller }, { issue, labels });
      return ok(labelsOf(world, repository, issue));
    },
  };
}

function rename(repository: Repository, label: Label, name: string): void {
  checkName(repository, name, label);
  for (const issue of repository.issues) {
    issue.labels = issue.labels.map((own) => (own === label.name ? name : own));
  }
  label.name = name;
}

function checkName(repository: Repository, name: string, own: Label | null): void {
  const known = findLabel(repository, name);
  if (known !== undefined && known !== own) {
    throw validationFailed({ resource: "Label", code: "already_exists", field: "name" });
  }
  if (name.length > 50) {
    const message = "name is too long (maximum is 50 characters)";
    throw validationFailed({ resource: "Label", code: "custom", field: "name", message });
  }
}

function labelOf(repository: Repository, request: LocalRequest): Label {
  const label = findLabel(repository, request.params["name"] ?? "");
  if (label === undefined) throw new Refusal(404, "Not Found");
  return label;
}
