/** Who does what and who reads it, by which rule, and what overrides it. */
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../src/domain/config.ts";
import { panelFor } from "../../../src/domain/plan/classify.ts";
import { pathFault } from "../../../src/domain/handover/path-fault.ts";
import { reportOf } from "../../../src/domain/plan/report-unit.ts";
import type { Labels } from "../../../src/domain/plan/labels.ts";
import type { PlanUnit } from "../../../src/domain/plan/plan.ts";
import { aPlan } from "../../support/run.ts";

const first = (text: string, more: { config?: string; labels?: Labels } = {}): PlanUnit =>
  aPlan(text, more).units[0]!;
const titled = (title: string): PlanUnit => first(`- [ ] 1. ${title}\n`);
const writing = (...paths: string[]): PlanUnit =>
  first(`- [ ] 1. Do it\n  - _writes: ${paths.join(", ")}_\n`);

describe("the type", () => {
  it.each([
    ["Write the README", "docs", 'its title says "README"'],
    ["Add unit tests for the parser", "test", 'its title says "unit tests"'],
    ["Write unit tests for components", "test", 'its title says "unit tests"'],
    ["Build the settings page", "ui", 'its title says "page"'],
    ["Final checkpoint", "checkpoint", "its title says checkpoint"],
    ["Escribir pruebas unitarias", "test", 'its title says "pruebas unitarias"'],
    ["Testes Unitários", "test", 'its title says "Testes Unitários"'],
    ["Testes Unita\u0301rios", "test", 'its title says "Testes Unitários"'],
    ["Écrire les tests d’intégration", "test", 'its title says "tests d’intégration"'],
    ["Rédiger la documentação", "docs", 'its title says "documentação"'],
    ["Pagina de inicio: paginas", "ui", 'its title says "Pagina"'],
    ["编写单元测试", "test", 'its title says "测试"'],
    ["画面を作る", "ui", 'its title says "画面"'],
    ["كتابة الاختبارات الشاملة", "test", 'its title says "اختبار"'],
    ["Birim testleri yaz", "test", 'its title says "Birim testleri"'],
    ["Viết tài liệu", "docs", 'its title says "tài liệu"'],
    ["Document format parser", "docs", 'its title says "Document"'],
    ["Security audit of the API", "review", 'its title says "audit"'],
    ["Code review", "review", 'its title says "Code review"'],
    ["Manual testing on a phone", "review", 'its title says "Manual testing"'],
    ["手动测试", "review", 'its title says "手动测试"'],
    ["代码审查", "review", 'its title says "代码审查"'],
    ["Audit trail and reporting", "code", "nothing says otherwise"],
    ["Implement audit endpoints", "code", "nothing says otherwise"],
    ["Build the code review queue", "code", "nothing says otherwise"],
    ["审计日志", "code", "nothing says otherwise"],
    ["E2E tests / manual testing", "test", 'its title says "E2E tests"'],
    ["Document manual testing", "docs", 'its title says "Document"'],
    ["Write the parser", "code", "nothing says otherwise"],
    ["Add latest pagination token", "code", "nothing says otherwise"],
  ])("of %s is %s: %s", (title, type, because) => {
    const unit = titled(title);
    expect([unit.type, unit.because.type]).toEqual([type, because]);
  });

  it.each([
    [["docs/a.md", "README.md"], "docs"],
    [["src/a.test.ts", "test/b.ts"], "test"],
    [["src/components/a.tsx", "src/a.css"], "ui"],
    [["src/a.ts", "docs/a.md"], "code"],
  ])("of what writes %s is %s", (paths, type) => expect(writing(...paths).type).toBe(type));

  it.each([
    ["Write the parser", "code"],
    ["Write unit tests for the parser", "test"],
  ])("of %s, naming only a test, is %s", (title, type) =>
    expect(first(`- [ ] 1. ${title}\n  - See \`test/parser.test.ts\`\n`).type).toBe(type),
  );
});

describe("a unit of type review", () => {
  const AUDIT = "- [ ] 1. Audit the parser\n";
  const written = ({ writes, report }: PlanUnit): unknown => [
    report,
    writes.map(({ path, source }) => `${path} ${source}`),
  ];

  it.each<[string, string, string, string[]]>([
    ["of its own", AUDIT, "reports/x/unit-1.md", ["reports/x/unit-1.md inferred"]],
    [
      "beside what it names to look at",
      `${AUDIT}  - In \`src/parser.ts\`\n`,
      "reports/x/unit-1.md",
      ["src/parser.ts inferred", "reports/x/unit-1.md inferred"],
    ],
    [
      "that it declares",
      `${AUDIT}  - _writes: audits/parser.md_\n`,
      "audits/parser.md",
      ["audits/parser.md declared"],
    ],
    [
      "and nothing else beside what it declares",
      `${AUDIT}  - _writes: src/a.ts, audits/*.md_\n`,
      "reports/x/unit-1.md",
      ["src/a.ts declared", "audits/*.md declared", "reports/x/unit-1.md declared"],
    ],
  ])("ends in a report %s", (...[, text, report, paths]) => {
    const config = "version: 1\nrouting: {rules: [{paths: ['src/', 'audits/'], type: review}]}\n";
    const unit = first(text, { config });
    expect(unit.type).toBe("review");
    expect(written(unit)).toEqual([report, paths]);
  });

  it("is no other: the rest ends in no report", () => expect(titled("Write the parser").report).toBeNull());

  it.each([
    ["../..", "reports/spec/unit-a.md"],
    ["", "reports/spec/unit-a.md"],
    [".git", "reports/git/unit-a.md"],
    ["時計 *x*", "reports/時計-x-/unit-a.md"],
  ])("of the spec %j writes %s", (spec, report) => {
    expect(reportOf("a", spec, [])).toBe(report);
    expect(pathFault(report)).toBeNull();
  });
});

describe("criticality", () => {
  it.each([
    ["Write the parser", "standard", "nothing says otherwise"],
    ["Hash passwords", "security-sensitive", 'the task says "passwords"'],
    ["Refactor the store", "complex", 'the task says "Refactor"'],
    ["تطوير نظام المصادقة", "security-sensitive", 'the task says "مصادقة"'],
    ["ユーザー認証を実装", "security-sensitive", 'the task says "認証"'],
    ["Migrar la base de datos", "complex", 'the task says "Migrar"'],
    ["SECURITE des donnees", "security-sensitive", 'the task says "SECURITE"'],
    ["Migración de datos", "complex", 'the task says "Migración"'],
    ["Name the author of a token ring", "security-sensitive", 'the task says "token"'],
  ])("of %s is %s: %s", (title, criticality, because) => {
    const unit = titled(title);
    expect([unit.criticality, unit.because.criticality]).toEqual([criticality, because]);
  });

  it("follows from sub-tasks and from paths too", () => {
    expect(first("- [ ] 1. Do it\n  - [ ] 1.1 Encrypt the file\n").criticality).toBe("security-sensitive");
    expect(writing("src/auth/login.ts").because.criticality).toBe("it writes src/auth/login.ts");
    expect(writing("db/migrations/1.sql").criticality).toBe("complex");
  });
});

describe("reviewers", () => {
  const CONFIG = "version: 1\nagents:\n  c: {backend: claude}\n  x: {backend: codex}\n";
  const shown = (unit: PlanUnit): string[] => unit.reviewers.map(({ role, agent }) => `${role} ${agent}`);

  it.each([
    ["Write the parser", ["correctness x"], "a standard unit has 1; x is of another backend than the author"],
    [
      "Refactor the store",
      ["correctness x", "architecture c"],
      "a complex unit has 2; x is of another backend than the author",
    ],
    [
      "Refactor the page",
      ["correctness x", "ui c"],
      "a complex unit has 2; x is of another backend than the author",
    ],
    [
      "Hash passwords",
      ["correctness x", "security c"],
      "a security-sensitive unit has 2; x is of another backend than the author",
    ],
  ])("of %s are %s: %s", (title, reviewers, because) => {
    const unit = first(`- [ ] 1. ${title}\n`, { config: CONFIG });
    expect([shown(unit), unit.because.reviewers]).toEqual([reviewers, because]);
  });

  it("a checkpoint has none; profile safe adds one where there is one", () => {
    expect(shown(titled("Checkpoint"))).toEqual([]);
    expect(shown(first("- [ ] 1. A\n", { config: `${CONFIG}profile: safe\n` }))).toEqual([
      "correctness x",
      "tests c",
    ]);
  });
});

describe("the panel", () => {
  const AGENTS = `version: 1
agents:
  c: {backend: claude}
  c2: {backend: claude}
  x: {backend: codex}
  g: {backend: gemini}
`;
  const AUTHOR = "routing: {default: c}\n";
  const planned = (more: string, title = "Write the parser"): PlanUnit =>
    first(`- [ ] 1. ${title}\n`, { config: `${AGENTS}${more}` });
  const agents = ({ reviewers }: Pick<PlanUnit, "reviewers">): string[] =>
    reviewers.map(({ agent }) => agent);

  it.each([
    ["standard", "Write the parser", "", ["x"]],
    ["complex", "Refactor the store", "", ["x", "c"]],
    ["security-sensitive", "Hash passwords", "", ["x", "c"]],
    ["standard, profile safe", "Write the parser", "profile: safe\n", ["x", "c"]],
    [
      "standard, a panel of its own",
      "Write the parser",
      "reviewers: {standard: [tests, ui, security]}\n",
      ["x", "c", "c"],
    ],
    ["complex, reviewers.agent", "Refactor the store", "reviewers: {agent: c2}\n", ["c2", "c2"]],
  ])(
    "of a unit that is %s has one of another backend, unless it is named",
    (...[, title, more, expected]) => {
      expect(agents(planned(`${AUTHOR}${more}`, title))).toEqual(expected);
    },
  );

  it.each([
    ["the unit's own agent", "c", "", ["x", "c"]],
    ["another of the same backend", "c2", "", ["x", "c"]],
    ["the one that was to read it, beside one that differs", "x", "", ["x", "c"]],
    ["the one that reads it alone", "x", "reviewers: {complex: [correctness]}\n", ["c"]],
    ["the one that is named to read all", "g", "reviewers: {agent: g}\n", ["c", "g"]],
    ["nobody who reads it", "g", "", ["x", "c"]],
  ])("of work that was last done by %s", (...[, doer, more, expected]) => {
    const text = `${AGENTS}${AUTHOR}${more}`;
    const unit = planned(`${AUTHOR}${more}`, "Refactor the store");
    expect(panelFor(unit, doer, parseConfig(text).config).map(({ agent }) => agent)).toEqual(expected);
  });

  it("stays as it is where no other backend is configured", () => {
    const text = "version: 1\nagents: {c: {backend: claude}, c2: {backend: claude}}\n";
    const unit = first("- [ ] 1. Write the parser\n", { config: text });
    expect(agents(unit)).toEqual(["c"]);
    expect(panelFor(unit, "c2", parseConfig(text).config)).toBe(unit.reviewers);
  });
});

describe("who makes the third fix", () => {
  const CONFIG = "version: 1\nagents: {c: {backend: claude}, c2: {backend: claude}, x: {backend: codex}}\n";
  const ONE = "version: 1\nagents: {c: {backend: claude}}\n";
  const ALIKE = "version: 1\nagents: {c: {backend: claude}, d: {backend: claude}}\n";

  it.each<[string, string, string | null, string]>([
    ["nobody else where one agent is configured", ONE, null, "no agent of another backend is configured"],
    ["nor where all are of one backend", ALIKE, null, "no agent of another backend is configured"],
    ["one of another backend", CONFIG, "x", "it is of another backend than c"],
    ["the configured one", `${CONFIG}routing: {escalation: c2}\n`, "c2", "routing.escalation names it"],
    [
      "nobody else where that is the unit's own",
      `${CONFIG}routing: {escalation: c}\n`,
      null,
      "routing.escalation names it",
    ],
    ["nobody else for a script", `${CONFIG}routing: {default: practice}\n`, null, "practice is a script"],
    [
      "the configured one for a script too",
      `${CONFIG}routing: {default: practice, escalation: x}\n`,
      "x",
      "routing.escalation names it",
    ],
  ])("is %s", (...[, config, escalation, because]) => {
    const unit = first("- [ ] 1. Write the parser\n", { config });
    expect([unit.escalation, unit.because.escalation]).toEqual([escalation, because]);
  });

  it("is nobody else where the command names the agent", () => {
    const unit = aPlan("- [ ] 1. Write the parser\n", { config: CONFIG, flags: { agent: "c2" } }).units[0]!;
    expect([unit.escalation, unit.because.escalation]).toEqual([null, "the command names the agent"]);
  });

  it("must be an agent of the configuration", () => {
    const { diagnostics } = parseConfig(`${CONFIG}routing: {escalation: y}\n`);
    expect(diagnostics).toMatchObject([{ code: "unknown-agent", what: 'There is no agent "y"' }]);
  });
});

describe("what overrides the rules", () => {
  const CONFIG = `version: 1
agents:
  first: {backend: claude}
  second: {backend: codex}
  third: {backend: gemini}
routing:
  docs: second
  rules:
    - {paths: ["infra/"], agent: third, criticality: complex, type: review}
reviewers:
  complex: [security, architecture, tests]
`;
  const unit = (text: string, labels?: Labels): PlanUnit =>
    first(text, { config: CONFIG, ...(labels && { labels }) });

  it.each([
    ["- [ ] 1. Write the parser\n", "first", "it is the first agent of the configuration"],
    ["- [ ] 1. Write the README\n", "second", "routing.docs names it"],
    ["- [ ] 1. Do it\n  - _writes: infra/a.tf_\n", "third", "routing.rules names it for infra/a.tf"],
  ])("E8 the configuration routes %s to %s: %s", (text, agent, because) => {
    expect([unit(text).agent, unit(text).because.agent]).toEqual([agent, because]);
  });

  it("a rule names type and criticality, a panel its reviewers", () => {
    const found = unit("- [ ] 1. Do it\n  - _writes: infra/a.tf_\n");
    expect([found.type, found.criticality]).toEqual(["review", "complex"]);
    expect(found.reviewers.map(({ role }) => role)).toEqual(["security", "architecture", "tests"]);
    expect(found.because.reviewers).toMatch(/^reviewers\.complex names them/);
  });

  it.each<[string, Labels, Partial<PlanUnit>]>([
    [
      "of its issue",
      { units: { 1: ["agent:third", "criticality:complex"] } },
      { agent: "third", criticality: "complex" },
    ],
    ["of the tracking issue", { run: ["agent:second", "P0"] }, { agent: "second", priority: 0 }],
    [
      "of both: those of its issue come first",
      { run: ["agent:second", "priority: low"], units: { 1: ["agent:third"] } },
      { agent: "third", priority: 3 },
    ],
    [
      "of an unknown agent or level",
      { run: ["agent:nobody", "criticality:huge"] },
      { agent: "first", criticality: "standard" },
    ],
    [
      "that are called like parts of objects",
      { units: { 2: ["agent:third"] }, run: ["agent:constructor"] },
      { agent: "first" },
    ],
  ])("labels %s", (_, labels, expected) => {
    expect(unit("- [ ] 1. Write the parser\n", labels)).toMatchObject(expected);
  });

  it("a label that names nobody is a warning", () => {
    const plan = aPlan("- [ ] 1. A\n", { labels: { run: ["agent:x"], units: { 1: ["agent:y"] } } });
    expect(plan.diagnostics.filter(({ code }) => code === "unknown-agent").map(({ what }) => what)).toEqual([
      "The tracking issue has the label agent:x",
      "The issue of unit 1 has the label agent:y",
    ]);
  });
});

describe("a person's units", () => {
  it.each([
    [".github/workflows/ci.yml", "all its declared paths are protected", 0],
    [".github/workflows/ci.yml, src/a.ts", null, 1],
    [".kiro/specs/x/tasks.md", "all its declared paths are protected", 0],
    ["src/a.ts", null, 0],
  ])("declaring %s: %s", (writes, person, warnings) => {
    const plan = aPlan(`- [ ] 1. Do it\n  - _writes: ${writes}_\n`);
    expect(plan.units[0]!.person).toBe(person);
    expect(plan.diagnostics.filter(({ code }) => code === "protected-path")).toHaveLength(warnings);
  });

  it.each([
    ["Manual testing on a phone", 'its title says "Manual testing"'],
    ["User acceptance testing", 'its title says "User acceptance testing"'],
    ["Pruebas manuales", 'its title says "Pruebas manuales"'],
    ["Ручное тестирование", 'its title says "Ручное тестирование"'],
    ["手動テスト", 'its title says "手動テスト"'],
    ["Manual testing checklist", null],
    ["Document manual testing", null],
    ["E2E tests / manual testing", null],
    ["Checkpoint - manual testing", null],
    ["Audit the parser", null],
  ])("called %s: %s", (title, person) => expect(titled(title).person).toBe(person));

  it("is an agent's where a file is declared for it", () => {
    const unit = first("- [ ] 1. Manual testing on a phone\n  - _writes: docs/phone.md_\n");
    expect(unit.person).toBeNull();
  });

  it("one that only names a protected path is warned", () => {
    const plan = aPlan("- [ ] 1. Do it\n  - As in `.github/workflows/ci.yml`\n");
    expect(plan.units[0]!.person).toBe(null);
    expect(plan.diagnostics.map(({ what }) => what)).toContain(
      "Unit 1 names .github/workflows/ci.yml, which no agent may change",
    );
  });
});

describe("the agent by price, where nothing names one", () => {
  const agents = `agents:
  middle: { backend: claude, model: m }
  small: { backend: claude, model: s }
  large: { backend: codex, model: l }
  unpriced: { backend: gemini, model: g }
`;
  const prices =
    "prices: { m: { input: 3, output: 15 }, s: { input: 1, output: 5 }, l: { input: 2, output: 60 } }\n";
  const config = `version: 1\n${agents}${prices}`;
  const chosen = (title: string, text = config): string[] => {
    const { agent, because } = first(`- [ ] 1. ${title}\n`, { config: text });
    return [agent, because.agent];
  };

  it.each([
    ["Write the README", "small", "its model is the cheapest in `prices`, for a unit of type docs"],
    [
      "Write unit tests for the parser",
      "small",
      "its model is the cheapest in `prices`, for a unit of type test",
    ],
    ["Write the parser", "middle", "it is the first agent of the configuration"],
    ["Hash the password", "large", "its model is the dearest in `prices`, for a security-sensitive unit"],
    [
      "Document the password policy",
      "large",
      "its model is the dearest in `prices`, for a security-sensitive unit",
    ],
  ])("%s: %s, because %s", (title, ...is) => expect(chosen(title)).toEqual(is));

  it.each([
    ["routing.default", "routing: { default: middle }\n", "middle", "routing.default names it"],
    ["routing.<type>", "routing: { docs: large }\n", "large", "routing.docs names it"],
  ])("gives way to %s", (_, routing, ...is) => {
    expect(chosen("Write the README", config + routing)).toEqual(is);
  });

  it.each([
    ["no model has a price", `version: 1\n${agents}`],
    ["one model has a price", `version: 1\n${agents}prices: { s: { input: 1, output: 5 } }\n`],
    ["all cost the same", config.replaceAll(/input: \d+, output: \d+/g, "input: 1, output: 1")],
  ])("makes no choice where %s", (_, text) => {
    expect(chosen("Write the README", text)).toEqual([
      "middle",
      "it is the first agent of the configuration",
    ]);
  });
});

describe("a ceiling that cannot be held", () => {
  const warned = (config: string): string[] =>
    aPlan("- [ ] 1. Write the parser\n", { config: `version: 1\n${config}` })
      .diagnostics.filter(({ code }) => code === "no-price")
      .map(({ what, why, fix }) => `${what}: ${why}. ${fix}`);

  it.each([
    [
      "named with its model",
      "agents: { a: { backend: claude, model: m } }\nbudget: { run: 5 }\n",
      [
        "`budget` cannot hold the agent a while it works: `prices` does not name its model m. Name that model under `prices` in .github/roundtable.yml.",
      ],
    ],
    [
      "named without a model",
      "agents: { a: { backend: claude } }\nbudget: { attempt: 5 }\n",
      [
        "`budget` cannot hold the agent a while it works: no model is named for it. Give it a `model`, and name that under `prices` in .github/roundtable.yml.",
      ],
    ],
    [
      "not named where it has a price",
      "agents: { a: { backend: claude, model: m } }\nprices: { m: { input: 1, output: 1 } }\nbudget: { unit: 5 }\n",
      [],
    ],
    ["not named without a ceiling", "agents: { a: { backend: claude } }\n", []],
    ["not named where scripts work", "budget: { run: 5 }\n", []],
  ])("is %s", (_, config, said) => expect(warned(config)).toEqual(said));
});
