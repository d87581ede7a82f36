/** The line to GitHub, and what may go wrong on it. Requests are named `METHOD /path?query`. */
export type Line = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

function nameOf(request: Request): string {
  const { pathname, search } = new URL(request.url);
  return `${request.method} ${decodeURIComponent(pathname)}${search}`;
}

/** Somebody else answers, each time. */
export const answered =
  (asked: RegExp, reply: () => Response) =>
  (next: Line): Line =>
  async (input, init) => {
    const request = new Request(input, init);
    if (!asked.test(nameOf(request))) return next(request);
    return Object.defineProperty(reply(), "url", { value: request.url });
  };

/** Somebody else answers the first time only. */
export const answeredOnce = (asked: RegExp, reply: () => Response): ((next: Line) => Line) => {
  let isOver = false;
  return (next) => async (input, init) => {
    const request = new Request(input, init);
    if (isOver || !asked.test(nameOf(request))) return next(request);
    isOver = true;
    return reply();
  };
};

/** GitHub does what it is asked for, and its answer is lost on the way: a bad gateway, the first time. */
export const answerLost = (asked: RegExp): ((next: Line) => Line) => {
  let isOver = false;
  return (next) => async (input, init) => {
    const request = new Request(input, init);
    const name = nameOf(request);
    const response = await next(request);
    if (isOver || !asked.test(name)) return response;
    isOver = true;
    return new Response("<html>bad gateway</html>", { status: 502 });
  };
};

/** GitHub's answer with another body. */
export const changed =
  <Body>(asked: RegExp, change: (body: Body) => unknown) =>
  (next: Line): Line =>
  async (input, init) => {
    const request = new Request(input, init);
    const response = await next(request);
    if (!asked.test(nameOf(request))) return response;
    return Response.json(change((await response.json()) as Body), { status: response.status });
  };

/** Something happens just before a request arrives, the first time: the other side of a race. */
export const overtaken = (asked: RegExp, act: () => Promise<unknown>): ((next: Line) => Line) => {
  let isOver = false;
  return (next) => async (input, init) => {
    const request = new Request(input, init);
    if (!isOver && asked.test(nameOf(request))) {
      isOver = true;
      await act();
    }
    return next(request);
  };
};

/** Every request is written down. */
export const noted =
  (names: string[]) =>
  (next: Line): Line =>
  (input, init) => {
    const request = new Request(input, init);
    names.push(nameOf(request));
    return next(request);
  };

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  Response.json(body, { status, headers });
