import type { LocalRoute } from "../router.ts";
import type { Route } from "../route.ts";
import type { World } from "../world.ts";
import { checkRoutes } from "./checks.ts";
import { commentRoutes } from "./comments.ts";
import { commitRoutes } from "./commits.ts";
import { contentRoutes } from "./contents.ts";
import { gitDataRoutes } from "./git-data.ts";
import { issueLinkRoutes } from "./issue-links.ts";
import { issueRoutes } from "./issues.ts";
import { labelRoutes } from "./labels.ts";
import { mergeRoutes } from "./merges.ts";
import { protectionRoutes } from "./protection.ts";
import { pullRoutes } from "./pulls.ts";
import { rateLimitRoutes } from "./rate-limit.ts";
import { refRoutes } from "./refs.ts";
import { repositoryRoutes } from "./repositories.ts";
import { reviewRoutes } from "./reviews.ts";
import { ruleRoutes } from "./rules.ts";
import { settingRoutes } from "./settings.ts";
import { updateBranchRoutes } from "./update-branch.ts";
import { variableRoutes } from "./variables.ts";

/** The whole route table; the first row that fits answers. */
export function allRoutes(world: World, actions: readonly Route[]): LocalRoute[] {
  return [
    ...repositoryRoutes(world),
    ...settingRoutes(world),
    ...variableRoutes(world),
    ...rateLimitRoutes(world),
    ...commentRoutes(world),
    ...issueRoutes(world),
    ...labelRoutes(world),
    ...issueLinkRoutes(world),
    ...pullRoutes(world),
    ...updateBranchRoutes(world),
    ...reviewRoutes(world),
    ...mergeRoutes(world),
    ...ruleRoutes(world),
    ...protectionRoutes(world),
    ...refRoutes(world),
    ...gitDataRoutes(world),
    ...checkRoutes(world),
    ...commitRoutes(world),
    ...contentRoutes(world),
    ...actions,
  ];
}
