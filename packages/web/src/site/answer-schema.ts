// Its schema outweighs all else that the worker has: it is a file of its own, fetched where a saved answer is opened.
export { parseDiagnosis } from '@whyreset/report/parse-diagnosis'
