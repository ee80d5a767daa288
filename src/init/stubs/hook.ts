// The endpoint of the web_hook at @POINT@, for Kratos @VERSION@. Written by kratos-lint.
// Run it with Node.js 22.6 or newer (node --experimental-strip-types hook.mts) or with tsx; types: npm install @types/node
// Environment:
//@if api_key
//   WEBHOOK_KEY       required: the secret of the header X-Webhook-Key (auth.config.value of the hook)
//@end
//@if basic
//   WEBHOOK_USER      auth.config.user of the hook (default: kratos)
//   WEBHOOK_PASSWORD  required: auth.config.password of the hook
//@end
//   PORT              default: 8080
//@if keyed
// Calls at any path are accepted, since a proxy may change it: the secret says that Kratos calls.
//@end
//@if ignore
// Work waits in memory: what is left when the process is killed is lost. Keep it in a database if each call counts.
//@end
//@if none
// There is no authentication: everyone who reaches this port can call it. Keep it in a private network.
//@end
//@if keyed
import { createHash, timingSafeEqual } from "node:crypto";
//@end
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

@TYPES@
interface Answer {
  status: number;
  body: unknown;
}

//@if parse
/** Decides about one call. Throw if it cannot: nothing is remembered then, and Kratos calls again. */
async function handle(call: HookRequest): Promise<Answer> {
  void call;
  const reason: string = ""; // Your code goes here: a reason refuses.
  if (reason !== "") {
    const text = { id: 4000001, text: reason, type: "error" };
    return { status: 400, body: { messages: [{ @POINTER_JS@messages: [text] }] } };
  }
  // {} changes nothing.@CHANGE_HINT@
  return { status: 200, body: {} };
}
//@else
/** Does the work of one call. Throw if it fails: nothing is remembered then. */
async function handle(call: HookRequest): Promise<void> {
  void call; // Your code goes here.
}
//@end

const METHOD = "@METHOD@";
const LIMIT = 1 << 20; // bytes of a body
const MEMORY = 10_000; // calls
//@if keyed

function secret(name: string): string {
  const value = process.env[name] ?? "";
  if (value === "") {
    console.error(`${name} is not set`);
    process.exit(1);
  }
  return value;
}

//@if api_key
const EXPECTED = secret("WEBHOOK_KEY");
//@else
const USER = `${process.env.WEBHOOK_USER || "kratos"}:${secret("WEBHOOK_PASSWORD")}`;
const EXPECTED = `Basic ${Buffer.from(USER).toString("base64")}`;
//@end
const digest = (bytes: string | Buffer) => createHash("sha256").update(bytes).digest();

/** Compares digests, so that neither length nor content shows in the time. */
function isKratos(request: IncomingMessage): boolean {
  // Node reads a header as latin1, whatever its bytes mean.
  const given = Buffer.from(String(request.headers["@HEADER@"] ?? ""), "latin1");
  return timingSafeEqual(digest(given), digest(EXPECTED));
}
//@end

@MEMORY_NOTE@
const done = new Map<string, Answer>();
//@if ignore
//@else
const running = new Set<string>();
//@end

function remember(id: string, answer: Answer): void {
  done.set(id, answer);
  for (const oldest of done.keys()) {
    if (done.size <= MEMORY) break;
    done.delete(oldest);
  }
}

/** What names the call: the same for each attempt of Kratos, another one for each submit. */
//@if by_identity
function nameOf(request: IncomingMessage, call: HookRequest): string {
  const identity = (call as { identity_id?: unknown }).identity_id;
  return String(request.headers["ory-webhook-trigger-id"] ?? (identity ? `registration ${identity}` : ""));
}
//@else
function nameOf(request: IncomingMessage): string {
  return String(request.headers["ory-webhook-trigger-id"] ?? "");
}
//@end
//@if ignore

// Kratos gets its answer first, the work follows in order.
const queue: Array<{ id: string; call: HookRequest }> = [];
let isWorking = false;

async function work(): Promise<void> {
  if (isWorking) return;
  isWorking = true;
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { id, call } = next;
    if (id !== "" && done.has(id)) continue;
    for (let attempt = 1; attempt <= 3; attempt++) {
      try {
        await handle(call);
        if (id !== "") remember(id, { status: 200, body: {} });
        break;
      } catch (error) {
        console.error(`attempt ${attempt} of 3 failed:`, error);
        await new Promise((resolve) => setTimeout(resolve, attempt * 500));
      }
    }
  }
  isWorking = false;
}

async function answer(id: string, call: HookRequest): Promise<Answer> {
  if (queue.length >= MEMORY) return { status: 503, body: {} };
  queue.push({ id, call });
  void work();
  return { status: 200, body: {} };
}
//@else

async function answer(id: string, call: HookRequest): Promise<Answer> {
  const known = id === "" ? undefined : done.get(id);
  if (known !== undefined) return known;
  // The first attempt is still at work: Kratos comes again.
  if (running.has(id)) return { status: 503, body: {} };
  if (id !== "") running.add(id);
  try {
//@if parse
    const result = await handle(call);
//@else
    await handle(call);
    const result = { status: 200, body: {} };
//@end
    if (id !== "") remember(id, result);
    return result;
  } finally {
    running.delete(id);
  }
}
//@end

/** The body, or nothing if it is too large. */
async function read(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= LIMIT) chunks.push(chunk);
  }
  return size <= LIMIT ? Buffer.concat(chunks).toString("utf8") : undefined;
}

async function serve(request: IncomingMessage): Promise<Answer> {
  if (request.method === "GET" && request.url === "/healthz") return { status: 200, body: {} };
  const text = await read(request);
//@if keyed
  if (!isKratos(request)) return { status: 401, body: {} };
//@end
  if (request.method !== METHOD) return { status: 405, body: {} };
  if (text === undefined) return { status: 413, body: {} };
  let call: HookRequest;
  try {
    // Kratos may send an empty body when its Jsonnet worker broke: refuse it, or it counts as done.
    call = JSON.parse(text) as HookRequest;
  } catch {
    return { status: 400, body: {} };
  }
  if (typeof call !== "object" || call === null || Array.isArray(call)) return { status: 400, body: {} };
//@if by_identity
  return answer(nameOf(request, call), call);
//@else
  return answer(nameOf(request), call);
//@end
}

const server = createServer((request: IncomingMessage, response: ServerResponse) => {
  serve(request)
    .catch((error: unknown): Answer => {
      console.error(error);
      return { status: 500, body: {} };
    })
    .then((result) => {
      response.writeHead(result.status, { "Content-Type": "application/json" });
      response.end(JSON.stringify(result.body));
    });
});
server.requestTimeout = 15_000;
server.headersTimeout = 10_000;
server.listen(Number(process.env.PORT || 8080));
process.on("SIGTERM", () => server.close());
