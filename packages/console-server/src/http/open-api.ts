import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { createJsonSchemaTransform } from 'fastify-type-provider-zod';

const PATH = '/api/v1/openapi.json';

/** `GET /api/v1/openapi.json`: OpenAPI 3.1, made of the routes. */
export function registerOpenApi(app: FastifyInstance): void {
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Console', version: '1', description: 'Connectors, apps, accounts and entitlements.' },
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: 'console', description: 'What signing in sets.' },
          apiKey: {
            type: 'oauth2',
            flows: { clientCredentials: { tokenUrl: '/auth/v1/token', scopes: {} } },
          },
        },
      },
    },
    transform: createJsonSchemaTransform({ zodToJsonConfig: { unrepresentable: 'any' } }),
  });
  let document: string | undefined;
  app.get(PATH, { schema: { hide: true } }, async (_request, reply) => {
    document ??= JSON.stringify(app.swagger());
    return await reply.type('application/json').send(document);
  });
}
