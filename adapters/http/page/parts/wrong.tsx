/** What went wrong, told at once to those who hear the page, too. */
export function Wrong({ text }: { readonly text: string | undefined }) {
  if (text === undefined) return null
  return (
    <p role="alert" className="problem">
      {text}
    </p>
  )
}
