package pricing;

import java.util.function.IntBinaryOperator;

/** Ten for the price of nine. */
public final class Rule implements IntBinaryOperator {
  @Override
  public int applyAsInt(int amount, int unit) {
    return (amount - amount / 10) * unit;
  }
}
