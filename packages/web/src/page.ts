export const PAGE_TITLE = 'whyreset'
