import { expect, it } from 'vitest'
import { Churn } from './churn.ts'

it('counts a connection once that two captures show', () => {
  const churn = new Churn()
  for (const track of [0, 1]) for (const client of [7, 7, 8]) churn.add(track, client, 1)
  churn.add(0, 8, 1)
  expect(churn).toMatchObject({ connections: 4, clients: 2 })
  // Four of seven sightings are of one client.
  expect(churn.mostOfOne).toBe(2)
})

it('takes a connection back that is heard again after its end', () => {
  const churn = new Churn()
  churn.add(0, 7, 1)
  churn.lifetimes.add(100)
  churn.add(0, 7, -1)
  churn.lifetimes.add(100, -1)
  expect(churn).toMatchObject({ connections: 0, clients: 0, mostOfOne: 0 })
  expect(churn.lifetimes.quantileMs(0.5)).toBeUndefined()
})

it('counts all connections of more clients than it tells apart', () => {
  const churn = new Churn()
  for (let client = 0; client < 1000; client++) churn.add(0, client, 1)
  expect(churn).toMatchObject({ connections: 1000, clients: 256, mostOfOne: 1 })
})
