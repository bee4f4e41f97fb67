/** What an answer is told in. */
export type Lang = 'en' | 'zh'
