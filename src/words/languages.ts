/** The languages that the bot speaks itself. What Claude says is in whatever language it is asked in. */

export const languages = ['en', 'zh'] as const
export type Language = (typeof languages)[number]

/** The nearest that we speak to a locale such as `zh-CN`, `zh_cn` or `en`; undefined: none is near. */
export function languageOf(locale: string | undefined): Language | undefined {
  const [tag] = (locale ?? '').toLowerCase().split(/[-_.]/)
  return languages.find((language) => language === tag)
}
