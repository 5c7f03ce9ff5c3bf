import { type CheckedRequest, type EndpointName, endpoints } from '@baton-ts/console-api';
import { BatonError, Code } from '@baton-ts/protocol/errors';
import type { FastifyInstance, FastifyRequest, FastifySchema } from 'fastify';
import { z } from 'zod';
import { may } from '../domain/permissions.ts';
import { asClientsWrite } from './as-clients-write.ts';
import { withC1Views } from './c1-views.ts';
import type { Caller } from './caller.ts';
import { checkValues } from './check-values.ts';
import { contentAnswers } from './content-answers.ts';
import type { Access, Route, Routes } from './route.ts';

/** Bodies are small but for the file of people: 5 million characters, which JSON may write as three bytes each. */
const bodyLimits: { readonly [Name in EndpointName]?: number } = { 'POST /api/v1/users/import': 16 * 1024 ** 2 };

/** All areas in one. @throws BatonError `Internal` when two of them have the same route */
export function mergeRoutes(areas: readonly Routes[]): Routes {
  const merged: Record<string, unknown> = {};
  for (const [name, route] of areas.flatMap((area) => Object.entries(area))) {
    if (merged[name] !== undefined) throw new BatonError(Code.Internal, `There are two routes for ${name}.`);
    merged[name] = route;
  }
  return merged;
}

/** Endpoints of the contract that no area answers. */
export function missingRoutes(routes: Routes): readonly EndpointName[] {
  return endpointNames().filter((name) => routes[name] === undefined);
}

export function registerApi(app: FastifyInstance, routes: Routes, callerOf: (request: FastifyRequest) => Caller): void {
  for (const name of endpointNames()) register(app, routes, name, callerOf);
}

function endpointNames(): EndpointName[] {
  return Object.keys(endpoints) as EndpointName[];
}

function register<Name extends EndpointName>(
  app: FastifyInstance,
  routes: Pick<Routes, Name>,
  name: Name,
  callerOf: (request: FastifyRequest) => Caller,
): void {
  const route: Route<Name> | undefined = routes[name];
  if (route === undefined) return;
  const { method, url } = addressOf(name);
  const { params, query, body } = requestSchemas(name);
  const bodyLimit = bodyLimits[name];
  app.route({
    method,
    url,
    ...(bodyLimit === undefined ? {} : { bodyLimit }),
    schema: {
      summary: name,
      security: route.access === 'anybody' ? [] : [{ session: [] }, { apiKey: [] }],
      ...(params === undefined ? {} : { params }),
      ...(query === undefined ? {} : { querystring: query }),
      ...(body === undefined ? {} : { body }),
      response: responseSchema(name),
    },
    onRequest: async (request) => {
      checkAccess(route.access, callerOf(request));
    },
    preValidation: async (request) => {
      checkValues([request.params, request.query, request.body]);
      if (body !== undefined) request.body = asClientsWrite(request.body ?? {}, body);
    },
    handler: async (request, reply) => {
      const { context } = callerOf(request);
      const { params, query, body } = request;
      const checked = { params, query, body } as CheckedRequest<Name>;
      const answer: unknown = await route.handle(checked, context);
      const content = contentAnswers[name];
      if (content === undefined) {
        if (context.actor.kind !== 'API_KEY') return reply.send(answer);
        // With the views it is more than the schema lets through: the schema is asked here instead.
        const ours = requestSchemas(name).response.parse(answer);
        return reply.type('application/json; charset=utf-8').serializer(JSON.stringify).send(withC1Views(name, ours));
      }
      const fileName = content.fileName(request.params as Readonly<Record<string, string>>);
      reply.header('content-type', content.type).header('content-disposition', `attachment; filename="${fileName}"`);
      return reply.send(answer);
    },
  });
}

/** Nobody but whom the route names. @throws BatonError `Unauthenticated`, `PermissionDenied` */
function checkAccess(access: Access, { context, isKnown }: Caller): void {
  if (access === 'anybody') return;
  if (!isKnown)
    throw new BatonError(Code.Unauthenticated, 'You are not signed in, or your session has ended. Sign in.');
  if (access === 'signed-in' || access.some((permission) => may(context.actor, permission))) return;
  throw new BatonError(
    Code.PermissionDenied,
    'Your roles do not allow this. A Super Administrator can change them under Directory.',
  );
}

/** `GET /api/v1/apps/{app_id}` → GET and `/api/v1/apps/:app_id`. */
function addressOf(name: EndpointName): { method: string; url: string } {
  const [method = '', path = ''] = name.split(' ');
  return { method, url: path.replaceAll(/\{(\w+)\}/g, ':$1') };
}

function requestSchemas(name: EndpointName): {
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  response: z.ZodType;
} {
  return endpoints[name];
}

function responseSchema(name: EndpointName): FastifySchema['response'] {
  const content = contentAnswers[name];
  if (content === undefined) return { 200: endpoints[name].response };
  return { 200: { description: 'The file', content: { [content.type]: { schema: z.any() } } } };
}
