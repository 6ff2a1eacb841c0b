/** What leads the CLI of a session to the gateway. Pure. */
import type { Gateway } from '../settings.ts'

/** Logins and providers of the operator's own: none of them is for this session. */
const others = [
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'ANTHROPIC_CUSTOM_HEADERS',
  'CLAUDE_CODE_OAUTH_TOKEN',
  'CLAUDE_CODE_USE_BEDROCK',
  'CLAUDE_CODE_USE_VERTEX',
  'CLAUDE_CODE_USE_FOUNDRY',
]

const claude = /claude|^(default|best|opus|sonnet|haiku|opusplan)\b/i

export function gatewayEnvironment(
  { url, key, auth }: Gateway,
  model: string | undefined,
): Readonly<Record<string, string>> {
  return {
    ...Object.fromEntries(others.map((name) => [name, ''])),
    ANTHROPIC_BASE_URL: url,
    [auth === 'bearer' ? 'ANTHROPIC_AUTH_TOKEN' : 'ANTHROPIC_API_KEY']: key,
    // It stands before the system prompt and is another each time: gateways that cache by the beginning would never hit.
    CLAUDE_CODE_ATTRIBUTION_HEADER: '0',
    ...(model === undefined || claude.test(model) ? {} : strangeModel(model)),
  }
}

/** Another maker's model: whatever the CLI would ask a Claude for is asked of it, in what every version of the API has. */
function strangeModel(model: string): Record<string, string> {
  return {
    ANTHROPIC_MODEL: model,
    ANTHROPIC_SMALL_FAST_MODEL: model,
    ANTHROPIC_DEFAULT_OPUS_MODEL: model,
    ANTHROPIC_DEFAULT_SONNET_MODEL: model,
    ANTHROPIC_DEFAULT_HAIKU_MODEL: model,
    CLAUDE_CODE_SUBAGENT_MODEL: model,
    CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS: '1',
    CLAUDE_CODE_DISABLE_ADAPTIVE_THINKING: '1',
    DISABLE_INTERLEAVED_THINKING: '1',
    DISABLE_PROMPT_CACHING: '1',
  }
}
