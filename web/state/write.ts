/** Changes: whether this browser may make them, and what is read again once one was made. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ApiError, fetchLogin } from '../api.ts'

/** A login ends by itself, and with the server. */
const loginEveryMs = 60_000

/** Null until it is known. */
export function useCanWrite(): boolean | null {
  const login = useQuery({
    queryKey: ['login'],
    queryFn: ({ signal }) => fetchLogin(signal),
    refetchInterval: loginEveryMs,
  })
  return login.data?.canWrite ?? null
}

/** @param keys First parts of the keys of what the change touches. */
export function useWrite<In, Out>(act: (input: In) => Promise<Out>, keys: readonly string[]) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSettled: (_, fault) => {
      const isLoggedOut = fault instanceof ApiError && fault.status === 401
      for (const key of isLoggedOut ? ['login', ...keys] : keys) void queries.invalidateQueries({ queryKey: [key] })
    },
  })
}
