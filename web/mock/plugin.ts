import type { Plugin } from 'vite'
import { ROUTES } from './areas/index.ts'
import { answerJson, find, readBody } from './router.ts'

/** Answers `/v1` out of made-up data, so that pages can be worked on without a server. Never part of a build. */
export function mock(): Plugin {
  return {
    name: 'xiezhi-mock',
    configureServer(server) {
      server.middlewares.use('/v1', (request, response) => {
        void (async () => {
          const url = new URL(request.url ?? '/', 'http://mock')
          const found = find(ROUTES, request.method ?? 'GET', url.pathname)
          if (!found) {
            const detail = 'Add it under web/mock/areas.'
            return answerJson(response, 404, { status: 404, title: `The mock has no ${url.pathname}`, detail })
          }
          const [handler, path] = found
          const body = await readBody(request)
          const answer = await handler({ path, query: url.searchParams, body, request, response })
          if ('stream' in answer) return
          if ('ok' in answer) return answerJson(response, 200, answer.ok)
          answerJson(response, answer.status, answer.body)
        })()
      })
    },
  }
}
