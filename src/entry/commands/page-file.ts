/** The file of `plan --html`: a page is written over a page, never over anything else. */
import { readFile, stat } from "node:fs/promises";
import { UserError } from "../../domain/problem.ts";
import { machine } from "../compose.ts";

export async function writePage(file: string, page: string): Promise<void> {
  const there = await stat(file).catch(() => null);
  if (there !== null && !there.isFile())
    throw new UserError({
      what: `${file} is ${there.isDirectory() ? "a folder" : "no plain file"}`,
      why: "--html names the file that the page is written to",
      fix: "Give a file's name, such as plan.html.",
    });
  if (there !== null && !/^\s*<!doctype html/i.test((await readFile(file, "utf8")).slice(0, 100)))
    throw new UserError({
      what: `${file} is there and is no HTML page`,
      why: "the page would replace it",
      fix: "Give another name, such as plan.html.",
    });
  try {
    await machine.files.write(file, page);
  } catch (error) {
    throw new UserError({
      what: `${file} cannot be written`,
      why: WHY[(error as NodeJS.ErrnoException).code ?? ""] ?? String(error),
      fix: "Give another file with --html.",
    });
  }
}

const WHY: Readonly<Record<string, string>> = {
  EACCES: "the permission is missing",
  EPERM: "the permission is missing",
  EROFS: "it lies on a read-only disk",
  ENOSPC: "the disk is full",
  ENOTDIR: "a part of its path is a file",
  EEXIST: "a part of its path is a file",
  ENAMETOOLONG: "its name is too long",
};
