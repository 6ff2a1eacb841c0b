/** What one node of several needs to know of the others. A queue in one process has none. */
export interface Cluster {
  /** This node's own name. */
  readonly node: string
  /** How many others are alive, as last heard; a second old at most. */
  readonly others: number
  /** The other node that holds a conversation now; undefined: none, or this one. */
  holderOf(conversation: string): Promise<string | undefined>
  /** Asks another node. Rejects when it is gone, fails, or does not answer within 3 s; it may have done what was asked even so. */
  ask(node: string, question: string): Promise<string>
  /** Answers what others ask. */
  answer(handler: (question: string) => Promise<string>): void
  /** Tells all others, those that hear it: nothing may rest on it alone. */
  tell(text: string): Promise<void>
  hear(listener: (text: string) => void): void
}
