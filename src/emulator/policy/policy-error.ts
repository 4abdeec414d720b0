// Why a policy document can't be used; AWS answers such a document with `MalformedPolicyDocument`.

/** A policy breaks the grammar. The message says where, what must hold there, and what to write instead. */
export class PolicyError extends Error {
  /** Where it stands, such as `Statement[0].Condition.StringEquals`; empty for the document as a whole. */
  readonly path: string
  /** What must hold there. */
  readonly rule: string

  constructor(path: string, rule: string, options?: ErrorOptions) {
    super(`${path || 'The policy'} ${rule}.`, options)
    this.path = path
    this.rule = rule
  }

  override get name(): string {
    return 'PolicyError'
  }
}
