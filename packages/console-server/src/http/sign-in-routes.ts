import { parse } from 'node:querystring';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { TOKEN_PATH, type TokenAnswer } from '../auth/api-keys/token-endpoint.ts';
import { OIDC_CALLBACK_PATH, OIDC_START_PATH } from '../auth/oidc/oidc-settings.ts';
import type { OidcSignIn } from '../auth/oidc/oidc-sign-in.ts';
import type { RequestContext } from '../domain/actor.ts';
import type { Caller } from './caller.ts';

export interface SignInHandlers {
  readonly oidc: Pick<OidcSignIn, 'start' | 'callback'>;
  readonly answerTokenRequest: (
    form: Readonly<Record<string, unknown>>,
    request: RequestContext,
  ) => Promise<TokenAnswer>;
}

/** An assertion and a client id are a few kilobytes. */
const MAX_FORM_BYTES = 64 * 1024;

/** What is under `/auth`: access tokens for API keys, and the two steps of OpenID Connect. */
export function registerSignIn(
  app: FastifyInstance,
  { oidc, answerTokenRequest }: SignInHandlers,
  callerOf: (request: FastifyRequest) => Caller,
): void {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, parse(String(body)));
  });
  app.post<{ Body: Record<string, unknown> | null | undefined }>(
    TOKEN_PATH,
    { bodyLimit: MAX_FORM_BYTES, schema: { hide: true } },
    async (request, reply) => {
      const { status, headers, body } = await answerTokenRequest(request.body ?? {}, callerOf(request).context);
      return await reply.code(status).headers(headers).send(JSON.stringify(body));
    },
  );
  app.get(OIDC_START_PATH, { schema: { hide: true } }, async (request, reply) => {
    return await reply.redirect(await oidc.start(queryOf(request), callerOf(request).context));
  });
  app.get(OIDC_CALLBACK_PATH, { schema: { hide: true } }, async (request, reply) => {
    return await reply.redirect(await oidc.callback(request, queryOf(request), callerOf(request).context));
  });
}

function queryOf({ url }: FastifyRequest): URLSearchParams {
  return new URL(url, 'http://localhost').searchParams;
}
