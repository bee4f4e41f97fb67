package pricing;

import java.util.function.IntBinaryOperator;

/** Broken on purpose: what it needs is in no jar. */
public final class Rule implements IntBinaryOperator {
  @Override
  public int applyAsInt(int amount, int unit) {
    throw new NoClassDefFoundError("pricing/Discounts");
  }
}
