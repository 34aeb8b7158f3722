// The HTTP interface of ClickHouse, as far as ClickHouse.Driver uses it, in front of the real engine in this process.
//   node server.mjs <folder of node_modules> <data folder>
// Says "listening on <port>" and ends when its standard input does. One process owns the data folder. No users, no
// replication, no asynchronous inserts: these need a server.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { createReadStream, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import path from 'node:path';

// Before the engine is loaded: as many statements run at once.
process.env.UV_THREADPOOL_SIZE = '16';
const [modules, folder] = process.argv.slice(2);
const require = createRequire(path.resolve(modules, 'server.cjs'));
const { Session } = require('chdb');

const data = path.resolve(folder, 'engine');
const scratch = path.resolve(folder, 'scratch');
mkdirSync(data, { recursive: true });
rmSync(scratch, { recursive: true, force: true });
mkdirSync(scratch);

// What the address of a request says that is no setting of the engine.
const NotSettings = new Set([
  'query', 'database', 'default_format', 'query_id', 'user', 'password', 'session_id', 'session_timeout', 'session_check',
  'role', 'enable_http_compression', 'compress', 'decompress', 'quota_key', 'wait_end_of_query', 'buffer_size',
  'send_progress_in_http_headers', 'cancel_http_readonly_queries_on_client_close',
]);

// A session keeps its database and its settings, so one with the same is taken if there is one.
const idle = [];
let scratchFiles = 0;

async function withSession(database, settings, work) {
  const wanted = JSON.stringify([database, [...settings].sort()]);
  let at = idle.findLastIndex((one) => one.state === wanted);
  if (at < 0) {
    at = idle.length >= 16 ? 0 : -1;
  }
  const one = at < 0 ? { session: new Session(data), state: '', settings: new Map() } : idle.splice(at, 1)[0];
  try {
    if (one.state !== wanted) {
      one.state = '';
      await one.session.queryAsync(`use ${identifier(database)}`);
      for (const name of one.settings.keys()) {
        if (!settings.has(name)) {
          await one.session.queryAsync(`set ${identifier(name)} = DEFAULT`);
        }
      }
      for (const [name, value] of settings) {
        await one.session.queryAsync(`set ${identifier(name)} = ${literal(value)}`);
      }
      one.settings = settings;
      one.state = wanted;
    }
    const result = await work(one.session);
    idle.push(one);
    return result;
  } catch (error) {
    // After an error the engine's connection may be out of step.
    one.session.close();
    throw error;
  }
}

const literal = (text) => `'${text.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;
const identifier = (text) => `\`${text.replace(/\\/g, '\\\\').replace(/`/g, '\\`')}\``;

// A parameter comes escaped as in a tab-separated file, and is a value of its type.
const Escapes = { b: '\b', f: '\f', r: '\r', n: '\n', t: '\t', 0: '\0', a: '\x07', v: '\v' };
const Unquoted = /'(?:[^'\\]|\\[\s\S]|'')*'|`(?:[^`\\]|\\[\s\S])*`|"(?:[^"\\]|\\[\s\S])*"|--[^\n]*|\/\*[\s\S]*?\*\/|\{(\w+):([^{}]+)\}/g;

function withParameters(sql, parameters) {
  return parameters.size === 0 ? sql : sql.replace(Unquoted, (whole, name, type) => {
    if (name === undefined) {
      return whole;
    }
    if (!parameters.has(name)) {
      throw new Error(`Code: 456. DB::Exception: Substitution \`${name}\` is not set. (UNKNOWN_QUERY_PARAMETER)`);
    }
    const value = parameters.get(name);
    if (value === '\\N') {
      return `cast(NULL as ${type})`;
    }
    // Only texts are escaped a second time.
    const text = /^\s*(Array|Map|Tuple)/i.test(type) ? value : value.replace(/\\([\s\S])/g, (_, character) => Escapes[character] ?? character);
    return type.trim() === 'Identifier' ? identifier(text) : `cast(${literal(text)} as ${type})`;
  });
}

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) {
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function scratchFile(ending) {
  return path.join(scratch, `${++scratchFiles}${ending}`);
}

// This version of Node can't read zstd; the engine can.
async function unzstd(body) {
  const file = scratchFile('.zst');
  writeFileSync(file, body);
  try {
    const result = await withSession('default', new Map(), (session) => session.queryAsync(`select raw_blob from file(${literal(file)}, RawBLOB, 'raw_blob String')`, { format: 'RawBLOB' }));
    return Buffer.from(result.bytes());
  } finally {
    rmSync(file);
  }
}

// The engine takes rows that stand in the text of a statement for text, and cuts them at a line's end; a file it doesn't.
async function insertRows(database, settings, into, format, rows, zstd) {
  const file = scratchFile(zstd ? '.rows.zst' : '.rows');
  writeFileSync(file, rows);
  try {
    await withSession(database, settings, (session) => session.queryAsync(`${into} from infile ${literal(file)} ${zstd ? "compression 'zstd' " : ''}format ${format}`));
  } finally {
    rmSync(file);
  }
}

function begin(response, format) {
  if (!response.headersSent) {
    response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'X-ClickHouse-Format': format, 'X-ClickHouse-Timezone': 'UTC' });
  }
}

async function send(response, bytes) {
  if (!response.write(bytes) && !response.destroyed) {
    await new Promise((resolve) => {
      response.once('drain', resolve).once('close', resolve);
    });
  }
}

function headerLength(chunk) {
  let at = 0;
  const number = () => {
    let value = 0, shift = 0, byte;
    do {
      byte = chunk[at++];
      value |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte & 0x80);
    return value;
  };
  for (let strings = number() * 2; strings > 0; strings--) {
    const length = number();
    at += length;
  }
  return at;
}

// Every chunk of the engine is a whole result of its format; a header is sent once.
async function select(session, sql, format, response) {
  if (format.startsWith('Parquet') || format.startsWith('Arrow') || format.startsWith('Native')) {
    const file = scratchFile('.out');
    try {
      await session.queryAsync(`${sql} into outfile ${literal(file)} format ${format}`);
      begin(response, format);
      for await (const part of createReadStream(file)) {
        await send(response, part);
      }
    } finally {
      rmSync(file, { force: true });
    }
    return;
  }

  const stream = session.queryStream(sql, { format });
  response.once('close', () => stream.cancel());
  let header = -1;
  for await (const chunk of stream) {
    begin(response, format);
    let bytes = Buffer.from(chunk.raw());
    if (format === 'RowBinaryWithNamesAndTypes') {
      if (header < 0) {
        header = headerLength(bytes);
      } else {
        bytes = bytes.subarray(header);
      }
    }
    await send(response, bytes);
  }
  if (header < 0 && format === 'RowBinaryWithNamesAndTypes' && !response.destroyed) {
    // No rows: the stream says nothing, the server says what the columns are.
    const empty = await session.queryAsync(sql, { format });
    begin(response, format);
    response.write(Buffer.from(empty.bytes()));
  }
}

async function answer(request, response) {
  const url = new URL(request.url, 'http://server');
  if (url.pathname === '/ping') {
    response.end('Ok.\n');
    return;
  }

  let body = await bodyOf(request);
  const encoding = request.headers['content-encoding'];
  const placed = url.searchParams.get('query') ?? '';
  if (encoding === 'gzip') {
    body = gunzipSync(body);
  } else if (encoding === 'zstd' && !placed) {
    body = await unzstd(body);
  }
  const settings = new Map(), parameters = new Map();
  for (const [name, value] of url.searchParams) {
    if (name.startsWith('param_')) {
      parameters.set(name.slice('param_'.length), value);
    } else if (!NotSettings.has(name)) {
      settings.set(name, value);
    }
  }
  const database = url.searchParams.get('database') || 'default';
  let format = url.searchParams.get('default_format') ?? 'TabSeparated';

  const insert = /^\s*(insert\s+into[^;]*?)\sformat\s+(\w+)[ \t]*(\n|$)/i;
  const head = placed || body.subarray(0, Math.min(body.length, 65_536)).toString('latin1');
  const match = insert.exec(head);
  if (match) {
    const zstd = placed && encoding === 'zstd';
    const into = Buffer.from(match[1], placed ? 'utf8' : 'latin1').toString('utf8');
    await insertRows(database, settings, withParameters(into, parameters), match[2], placed ? body : body.subarray(match[0].length), zstd);
    begin(response, format);
    response.end();
    return;
  }

  let sql = withParameters((placed ? `${placed}\n` : '') + body.toString('utf8'), parameters).trim().replace(/;$/, '');
  const explicit = /\sformat\s+(\w+)$/i.exec(sql);
  if (explicit) {
    format = explicit[1];
    sql = sql.slice(0, explicit.index);
  }
  await withSession(database, settings, async (session) => {
    if (/^(\s|--[^\n]*\n|\/\*[\s\S]*?\*\/|\()*(select|with)\b/i.test(sql)) {
      await select(session, sql, format, response);
    } else {
      const result = await session.queryAsync(sql, { format });
      begin(response, format);
      response.write(Buffer.from(result.bytes()));
    }
  });
  begin(response, format);
  response.end();
}

const server = createServer({ maxHeaderSize: 1 << 20 }, (request, response) => {
  answer(request, response).catch((error) => {
    const message = String(error?.message ?? error);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const code = /Code: (\d+)/.exec(message)?.[1] ?? '1002';
    response.writeHead(500, { 'Content-Type': 'text/plain', 'X-ClickHouse-Exception-Code': code });
    response.end(`${message}\n`);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
process.stdin.resume().on('end', () => process.exit(0));
