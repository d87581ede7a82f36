/** Which files a piece of Markdown names. */
import { expect, it } from "vitest";
import { pathsIn } from "../../../src/domain/spec/paths.ts";

it.each<[what: string, lines: string[], paths: string[]]>([
  ["paths in back-ticks", ["- Create `src/a.ts` and `./lib/b.py`"], ["src/a.ts", "lib/b.py"]],
  [
    "bare names with a common ending",
    ["- Edit `middleware.ts`, `README.md`"],
    ["middleware.ts", "README.md"],
  ],
  ["folders", ["- All of `src/store/`"], ["src/store/"]],
  [
    "code that only looks so",
    ["- Call `util.inspect`, `a.b.c()`, `1.2.3`, `https://a.example/b.ts`, `../up.ts`"],
    [],
  ],
  ["paths without back-ticks are words", ["- Look at src/a.ts"], []],
  [
    "spans of several back-ticks",
    ["- `` src/a`b.ts `` and ``src/c.ts`` and ```src/d.ts```"],
    ["src/c.ts", "src/d.ts"],
  ],
  ["lines that end in CR alone", ["`src/a.ts`\r```\r`b.ts`\r```\r`c.ts`"], ["src/a.ts", "c.ts"]],
  ["Files:", ["- Files: src/a.ts, lib/b.py"], ["src/a.ts", "lib/b.py"]],
  ["**File:**", ["**File:** `src/a.ts` line 3"], ["src/a.ts"]],
  [
    "a label above a list",
    [
      "**Files to Create/Modify**:",
      "- src/a.ts (new)",
      "- `src/b.ts`",
      "",
      "- src/c.ts",
      "Then",
      "- src/d.ts",
    ],
    ["src/a.ts", "src/b.ts", "src/c.ts"],
  ],
  [
    "in other languages",
    ["- 文件：`a/b.ts`", "**対象ファイル**: c/d.rs", "**Arquivo:** e/f.sql"],
    ["a/b.ts", "c/d.rs", "e/f.sql"],
  ],
  ["_Boundary: with paths", ["- _Boundary: check.sh, some wiring_"], ["check.sh"]],
  ["none within fences and comments", ["```ts", "import `src/a.ts`", "```", "<!-- `src/b.ts` -->"], []],
  ["each once", ["`src/a.ts` `src/a.ts`"], ["src/a.ts"]],
  [
    "segments in brackets",
    ["`app/[id]/page.tsx` `app/[[...slug]]/page.tsx` `src/(auth)/login.tsx` `app/@modal/(..)photo/[id].tsx`"],
    [
      "app/[id]/page.tsx",
      "app/[[...slug]]/page.tsx",
      "src/(auth)/login.tsx",
      "app/@modal/(..)photo/[id].tsx",
    ],
  ],
  [
    "names in other scripts",
    ["`基盤構築手順.md` `portalOrganização/a.js`"],
    ["基盤構築手順.md", "portalOrganização/a.js"],
  ],
  ["globs below a named folder", ["`src/**/*.ts` `data/*.npy`"], ["src/**/*.ts", "data/*.npy"]],
  [
    "hidden files, and files that have no ending",
    ["`web/.env.local` `.github/CODEOWNERS` `docker/Dockerfile`"],
    ["web/.env.local", ".github/CODEOWNERS", "docker/Dockerfile"],
  ],
  ["places within a file", ["`src/a.ts:12` `src/b.ts:3-9` `c/test_d.py::test_e`"], ["src/a.ts", "src/b.ts"]],
  [
    "more code and words that only look so",
    [
      "`f(a/b).c` `sum(a)/n.ts` `items[0]/a.ts` `image/*` `**/*.ts` `*.md` `.md` `.js/.ts` `and/or` `feature/x-1`",
      "`@/components/Button.tsx` `main..a/b.ts` `/api/[id]/route.ts` `src/{a,b}.ts`",
    ],
    [],
  ],
  [
    "a label's names, whatever they hold or stand in",
    ["Files: src/my_file.ts, (app/(auth)/[id].tsx), b/__init__.py(new), **c/d.ts**, e/f.ts."],
    ["src/my_file.ts", "app/(auth)/[id].tsx", "b/__init__.py", "c/d.ts", "e/f.ts"],
  ],
  ["a label's sentence in a script without spaces", ["文件：更新组件/登录.ts和c/b.ts"], []],
])("%s", (_, lines, paths) => expect(pathsIn(lines.join("\n"))).toEqual(paths));
