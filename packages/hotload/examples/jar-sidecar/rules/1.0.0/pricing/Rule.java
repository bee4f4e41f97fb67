package pricing;

import java.util.function.IntBinaryOperator;

/** The list price. */
public final class Rule implements IntBinaryOperator {
  @Override
  public int applyAsInt(int amount, int unit) {
    return amount * unit;
  }
}
