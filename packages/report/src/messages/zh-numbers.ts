import { bytes } from '@whyreset/core'
import { count } from './numbers.ts'

export function connections(n: number): string {
  return `${count(n)} 个连接`
}

export function size(length: number): string {
  return bytes(length).replace(/ bytes?$/, ' 字节')
}
