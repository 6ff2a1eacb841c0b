/** A message, and the answer as it comes: words and tools in their order. */
import { Prose } from '../markdown/prose.tsx'
import { money, words } from '../words/words.ts'
import { Noticed, You } from './said.tsx'
import { Tools } from './tools.tsx'
import { type Turn, isOver, piecesOf } from './turn.ts'

export function TurnShown({ turn }: { readonly turn: Turn }) {
  const { text, state, notices, inTurnOf, figures, status } = turn
  const pieces = inTurnOf === undefined ? piecesOf(turn) : []
  const waits = state === 'sending' || state === 'waiting'
  const { states, together } = words.chat
  return (
    <>
      <You text={text} note={waits && <p className="hint">{states[state]}</p>} />
      {(pieces.length > 0 || (state !== 'answered' && !waits)) && (
        <article className="said claude" aria-label={words.chat.claude} aria-busy={!isOver(turn)}>
          {pieces.map((piece, index) =>
            'text' in piece ? (
              <Prose key={index} markdown={piece.text} />
            ) : (
              <Tools key={index} tools={piece.tools} />
            ),
          )}
          {state === 'running' && <p className="working">{status ?? states.running}</p>}
          {figures !== undefined && state === 'answered' && (
            <p className="hint figures">
              {words.chat.figures((figures.durationMs / 1000).toFixed(1), money(figures.costUsd))}
            </p>
          )}
          {(state === 'failed' || (state === 'cancelled' && pieces.length === 0)) && (
            <p className={`ended ${state}`}>{states[state]}</p>
          )}
        </article>
      )}
      {inTurnOf !== undefined && <p className="hint">{together}</p>}
      {notices.map((notice, index) => (
        <Noticed key={index} notice={notice} />
      ))}
    </>
  )
}
