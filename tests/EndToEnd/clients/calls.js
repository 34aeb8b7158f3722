// A client that is not ours: @grpc/grpc-js over h2c, and gRPC-Web by hand over HTTP/1.1.
// usage: node calls.js DESCRIPTOR_SET GRPC_HOST:PORT HTTP_URL STORY
const fs = require('fs');
const path = require('path');
const modules = process.env.CLIENT_MODULES;
const grpc = require(path.join(modules, '@grpc/grpc-js'));
const loader = require(path.join(modules, '@grpc/proto-loader'));

const [set, target, http, story] = process.argv.slice(2);
const definition = loader.loadFileDescriptorSetFromBuffer(fs.readFileSync(set), { keepCase: false, longs: Number, enums: String });
const { broadsheet } = grpc.loadPackageDefinition(definition);
const credentials = grpc.credentials.createInsecure();

function call(Service, method, request) {
  const client = new Service(target, credentials);
  return new Promise((resolve) =>
    client[method](request, { deadline: Date.now() + 10000 }, (error, response) =>
      resolve(error ? { code: error.code, message: error.details, hasDetails: error.metadata.get('grpc-status-details-bin').length > 0 } : response)));
}

function watch(request) {
  const client = new broadsheet.content.v1.ChangeFeedService(target, credentials);
  return new Promise((resolve, reject) => {
    const stream = client.watchChanges(request);
    stream.once('data', (message) => { stream.cancel(); resolve(message.changes.length); });
    stream.on('error', (error) => { if (error.code !== grpc.status.CANCELLED) reject(error); });
  });
}

async function web(method, request) {
  const { path: route, requestSerialize, responseDeserialize } = broadsheet.content.v1.StoryService.service[method];
  const message = requestSerialize(request);
  const frame = Buffer.concat([Buffer.from([0, 0, 0, 0, 0]), message]);
  frame.writeUInt32BE(message.length, 1);
  const response = await fetch(http + route, { method: 'POST', headers: { 'content-type': 'application/grpc-web+proto', 'x-grpc-web': '1' }, body: frame });
  const body = Buffer.from(await response.arrayBuffer());
  let result = null;
  let trailers = '';
  for (let at = 0; at < body.length;) {
    const length = body.readUInt32BE(at + 1);
    const part = body.subarray(at + 5, at + 5 + length);
    if (body[at] & 0x80) trailers = part.toString(); else result = responseDeserialize(part);
    at += 5 + length;
  }
  const status = /grpc-status: ?(\d+)/i.exec(trailers)?.[1] ?? response.headers.get('grpc-status');
  return { status: Number(status), title: result?.title ?? null };
}

(async () => {
  const content = broadsheet.content.v1;
  const query = broadsheet.query.v1;
  console.log(JSON.stringify({
    story: (await call(content.StoryService, 'getStory', { name: story })).title,
    missing: await call(content.StoryService, 'getStory', { name: 'stories/none' }),
    // proto-loader keeps the case of names that it reads from a descriptor set.
    search: (await call(query.SearchService, 'search', { query: 'iceberg' })).total_size,
    ask: (await call(query.AskService, 'ask', { question: 'When was the Metre Convention signed?' })).answers?.[0]?.text,
    timeline: (await call(query.TimelineService, 'listDatedEvents', { entity: 'Titanic' })).events?.length,
    changes: await watch({}),
    web: await web('GetStory', { name: story }),
    webMissing: await web('GetStory', { name: 'stories/none' }),
  }));
  process.exit(0);
})().catch((error) => { console.error(error); process.exit(1); });
