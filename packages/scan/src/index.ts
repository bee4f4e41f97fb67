export const PLACE_SCHEMA = 'whyreset.scan/1'
