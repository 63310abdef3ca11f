// Scripts that the steps open.

export const HEAD = `#! universe   = BINANCE:BTC/USDT
#! timeframe  = 4h
#! start_date = 2023-01-01
#! end_date   = 2024-06-30
`;

/** Nothing is wrong with it. */
export const CLEAN = `${HEAD}
strength = rsi(close, 14)
uptrend = close > sma(close, 200)

oversold = strength < 30 and uptrend
recovered = strength > 55

emit_signal(oversold, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
emit_signal(recovered, exit("BINANCE:BTC/USDT", "LONG"))
`;

/** A misspelt function, a range too short for its average, a bar that is compared with itself. */
export const FAULTY = `#! universe   = BINANCE:BTC/USDT
#! timeframe  = 1d
#! start_date = 2024-01-01
#! end_date   = 2024-03-31

strength = rsl(close, 14)
uptrend = close > ema(close, 200)
rising = close > close[-1]

oversold = strength < 30 and uptrend and rising
recovered = strength > 55

emit_signal(oversold, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
emit_signal(recovered, exit("BINANCE:BTC/USDT", "LONG"))
`;

/** Laid out by nobody. */
export const UGLY = CLEAN.replace("strength = rsi(close, 14)", "strength=rsi( close,14 )").replace("\n\noversold", "\n\n\n\noversold");
