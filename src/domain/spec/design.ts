/** design.md: its overview, its components and the files that it names. Hints for plans and briefs, never declarations. */
import { linesOf } from "../text/lines.ts";
import { pathsIn } from "./paths.ts";
import { scan } from "./scan.ts";

export interface Component {
  /** As its heading says it, without a number or a word such as "Component". */
  name: string;
  paths: string[];
}

export interface Design {
  overview: string;
  components: Component[];
  /** All files that it names. */
  paths: string[];
}

export interface DesignSection {
  title: string;
  /** 0 for what stands before the first heading. */
  level: number;
  /** The title of the section that it is a part of. */
  outer: string;
  /** With the heading itself, without its sub-sections. */
  text: string;
}

const OVERVIEW =
  /^[\d.\s]*(?:overview|introduction|summary|概述|概要|总览|简介|visión general|resumen|visão geral|vue d'ensemble|aperçu|обзор|개요|genel bakış|tổng quan|نظرة عامة)/iu;
const COMPONENTS =
  /component|module|组件|模块|元件|コンポーネント|モジュール|componente|módulo|composant|компонент|модул|컴포넌트|모듈|bileşen|thành phần|المكونات/iu;
const LABEL =
  /^(?:\d[\d.]*\s*)?(?:(?:component|module|class|service|组件|模块|コンポーネント)\s*\d*\s*[:：]\s*)?/iu;
/** A longer heading is a sentence. */
const MAX_NAME = 60;

export function parseDesign(text: string): Design {
  const sections = designSections(text);
  const paths = sections.map((section) => pathsIn(section.text));
  const components = sections.flatMap((section, at): Component[] => {
    const name = section.title
      .replace(LABEL, "")
      .replaceAll(/\*\*|`/g, "")
      .trim();
    const isWithin = section.level > 2 && COMPONENTS.test(section.outer);
    const isOne = isWithin || (section.level > 1 && paths[at]!.length > 0);
    return isOne && name !== "" && name.length <= MAX_NAME ? [{ name, paths: paths[at]! }] : [];
  });
  return {
    overview: sections.find(isOverview)?.text.trim() ?? "",
    components,
    paths: [...new Set(paths.flat())],
  };
}

export const isOverview = ({ title }: DesignSection): boolean => OVERVIEW.test(title);

/** Headings within fences begin no section. */
export function designSections(text: string): DesignSection[] {
  const raw = linesOf(text);
  const first: Section = { title: "", level: 0, outer: "", lines: [] };
  const sections = [first];
  let open = [first];
  for (const [at, line] of scan(text).lines.entries()) {
    if (line.kind === "heading") {
      open = open.filter(({ level }) => level < line.level);
      const section = { title: line.text, level: line.level, outer: open.at(-1)!.title, lines: [] };
      open.push(section);
      sections.push(section);
    }
    sections.at(-1)!.lines.push(raw[at]!);
  }
  return sections.map(({ lines, ...section }) => ({ ...section, text: lines.join("\n") }));
}

interface Section extends Omit<DesignSection, "text"> {
  lines: string[];
}
