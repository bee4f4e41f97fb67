import type { Catalogue } from '@whyreset/core'

/** The Chinese of every message of core's catalogue: a missing one fails to compile. */
export const zh: Catalogue = {
  'verdict-nothing-lost': ({ connections }) =>
    connections === 0 ? '没有任何损失：没有看到连接。' : `没有任何损失：${connections} 个连接均未异常中断。`,
}
