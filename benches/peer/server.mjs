// The Node oidc-provider as a measure for benches/whole: everything in memory, ES256, one confidential client with
// client_secret_basic, PKCE S256, and an interaction that answers login and consent at once, without a page.
// Usage: node server.mjs PORT CLIENT_ID CLIENT_SECRET REDIRECT_URI
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';

const [port, clientId, clientSecret, redirectUri] = process.argv.slice(2);
const issuer = `http://localhost:${port}`;

/** Records by model and id, grants with an index of their own; nothing is written to disk. */
class Memory {
  static records = new Map();
  static grants = new Map();
  static indexes = new Map();

  constructor(name) {
    this.name = name;
  }

  key(id) {
    return `${this.name}:${id}`;
  }

  async upsert(id, payload) {
    const key = this.key(id);
    if (payload.grantId && this.name !== 'Grant' && this.name !== 'Session' && this.name !== 'Interaction') {
      const keys = Memory.grants.get(payload.grantId) ?? [];
      keys.push(key);
      Memory.grants.set(payload.grantId, keys);
    }
    if (payload.uid) Memory.indexes.set(`uid:${payload.uid}`, id);
    if (payload.userCode) Memory.indexes.set(`userCode:${payload.userCode}`, id);
    Memory.records.set(key, payload);
  }

  async find(id) {
    return Memory.records.get(this.key(id));
  }

  async findByUid(uid) {
    return this.find(Memory.indexes.get(`uid:${uid}`));
  }

  async findByUserCode(code) {
    return this.find(Memory.indexes.get(`userCode:${code}`));
  }

  async consume(id) {
    const record = Memory.records.get(this.key(id));
    if (record) record.consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) {
    Memory.records.delete(this.key(id));
  }

  async revokeByGrantId(grantId) {
    for (const key of Memory.grants.get(grantId) ?? []) Memory.records.delete(key);
    Memory.grants.delete(grantId);
  }
}

const { privateKey } = await generateKeyPair('ES256', { extractable: true });
const signing = { ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: 'bench' };

const provider = new Provider(issuer, {
  adapter: Memory,
  clients: [
    {
      client_id: clientId,
      client_secret: clientSecret,
      redirect_uris: [redirectUri],
      response_types: ['code'],
      grant_types: ['authorization_code'],
      token_endpoint_auth_method: 'client_secret_basic',
      id_token_signed_response_alg: 'ES256',
    },
  ],
  jwks: { keys: [signing] },
  cookies: { keys: ['a-key-of-the-bench-alone'] },
  claims: { openid: ['sub'], profile: ['given_name', 'family_name', 'birthdate'], email: ['email'] },
  findAccount: async (_context, id) => ({
    accountId: id,
    claims: async () => ({
      sub: id,
      given_name: 'Jeanne',
      family_name: 'Lefèvre',
      birthdate: '1948-04-12',
      email: 'jeanne@example.org',
    }),
  }),
  features: { devInteractions: { enabled: false }, introspection: { enabled: true } },
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  pkce: { required: () => true },
});

/** Login and a freshly saved consent, at once. */
async function interact(request, response) {
  const details = await provider.interactionDetails(request, response);
  const accountId = `person-${details.uid}`;
  const grant = new provider.Grant({ accountId, clientId: details.params.client_id });
  grant.addOIDCScope(details.params.scope);
  const grantId = await grant.save();
  await provider.interactionFinished(
    request,
    response,
    { login: { accountId }, consent: { grantId } },
    { mergeWithLastSubmission: false },
  );
}

const handle = provider.callback();
createServer((request, response) => {
  if (!request.url.startsWith('/interaction/')) return handle(request, response);
  return interact(request, response).catch((error) => {
    response.statusCode = 500;
    response.end(String(error));
  });
}).listen(Number(port), '127.0.0.1');
