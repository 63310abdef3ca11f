; Colours, by the capture names of Neovim and of `tree-sitter highlight`. Where two patterns fit, the later one counts.

(comment) @comment

; Comments that allow what a rule finds.
((comment) @comment.note
  (#match? @comment.note "^#\\s*signal\\s*:\\s*allow"))

[
  "#!"
  (trailing_directive)
] @keyword.directive

(directive_key) @property
(directive_value) @string.special

(line_continuation) @punctuation.special

(number) @number
(string) @string
(escape_sequence) @string.escape

[
  (true)
  (false)
] @boolean

(none) @constant.builtin

(identifier) @variable

; from the catalog: variables
((identifier) @variable.builtin
  (#any-of? @variable.builtin
    "close" "high" "hl2" "hlc3" "low" "ohlc4" "open" "volume"))
; end of the catalog's names

(keyword_argument
  name: (identifier) @variable.parameter)

(attribute
  attribute: (identifier) @variable.member)

(call
  function: (identifier) @function.call)

(call
  function: (attribute
    attribute: (identifier) @function.method.call))

; from the catalog: functions
((call
  function: (identifier) @function.builtin)
  (#any-of? @function.builtin
    "abs" "ac" "accbands" "acos" "ad" "add" "adosc" "adr" "adx" "adxr" "all" "alma" "any" "ao" "apo" "argmax" "argmin"
    "aroon" "aroonosc" "asi" "asin" "atan" "atr" "avgdev" "avgprice" "barssince" "bb_width" "bbands" "bbands_lower"
    "bbands_middle" "bbands_upper" "bbp" "bbw" "beta" "between" "bop" "cci" "cdl2crows" "cdl3blackcrows" "cdl3inside"
    "cdl3linestrike" "cdl3outside" "cdl3starsinsouth" "cdl3whitesoldiers" "cdlabandonedbaby" "cdladvanceblock"
    "cdlbelthold" "cdlbreakaway" "cdlclosingmarubozu" "cdlconcealbabyswall" "cdlcounterattack" "cdldarkcloudcover"
    "cdldoji" "cdldojistar" "cdldragonflydoji" "cdlengulfing" "cdleveningdojistar" "cdleveningstar"
    "cdlgapsidesidewhite" "cdlgravestonedoji" "cdlhammer" "cdlhangingman" "cdlharami" "cdlharamicross" "cdlhighwave"
    "cdlhikkake" "cdlhikkakemod" "cdlhomingpigeon" "cdlidentical3crows" "cdlinneck" "cdlinvertedhammer" "cdlkicking"
    "cdlkickingbylength" "cdlladderbottom" "cdllongleggeddoji" "cdllongline" "cdlmarubozu" "cdlmatchinglow" "cdlmathold"
    "cdlmorningdojistar" "cdlmorningstar" "cdlonneck" "cdlpiercing" "cdlrickshawman" "cdlrisefall3methods"
    "cdlseparatinglines" "cdlshootingstar" "cdlshortline" "cdlspinningtop" "cdlstalledpattern" "cdlsticksandwich"
    "cdltakuri" "cdltasukigap" "cdlthrusting" "cdltristar" "cdlunique3river" "cdlupsidegap2crows" "cdlxsidegap3methods"
    "ceil" "cg" "change" "chop" "choptr" "cksp" "clip" "cmf" "cmo" "cmou" "connors_rsi" "coppock" "corr" "correl"
    "correlation" "cos" "cosh" "count" "cross" "cross_above" "cross_below" "crosses_above" "crosses_below" "crossover"
    "crossunder" "crsi" "cti" "cum" "cumsum" "cvi" "delta" "dema" "diff" "div" "donchian" "dosc" "dpo" "dx"
    "efficiency_ratio" "efi" "elder_ray" "ema" "emv" "eom" "er" "eri" "exists" "exp" "falling" "fisher" "floor"
    "force_index" "fosc" "fractal" "frama" "ha" "heikin_ashi" "hhv" "highest" "highestbars" "hma" "ht_dcperiod"
    "ht_dcphase" "ht_phasor" "ht_sine" "ht_trendline" "ht_trendmode" "ibs" "ichimoku" "iff" "imi" "kama" "kc" "kdj"
    "keltner" "kst" "kstext" "kurtosis" "kvo" "lag" "linearreg" "linearreg_angle" "linearreg_intercept"
    "linearreg_slope" "linreg" "linreg_slope" "llv" "ln" "log" "log10" "log_return" "lowest" "lowestbars" "ma" "macd"
    "macd_hist" "macd_signal" "macdext" "macdfix" "mama" "marketfi" "mass_index" "massi" "mavp" "max" "maxindex" "mcgd"
    "mcginley" "median" "medprice" "mfi" "midpoint" "midprice" "min" "minindex" "minmax" "minmaxindex" "minus_di"
    "minus_dm" "mom" "momentum" "mult" "natr" "nvi" "nz" "obv" "pct_change" "pct_rank" "percent_b" "percentb"
    "percentile" "percentrank" "pivothigh" "pivotlow" "plus_di" "plus_dm" "ppo" "prev" "pso" "pvi" "pvo" "pvt" "qstick"
    "quantile" "rank" "realized_vol" "ref" "relative_volume" "returns" "rising" "rma" "roc" "rocp" "rocr" "rocr100"
    "rogerssatchell" "rolling_max" "rolling_min" "rolling_sum" "round" "rsi" "rvi" "rvir" "rvol" "sar" "sarext" "shift"
    "si" "sign" "sin" "sinh" "skew" "slope" "sma" "smi" "smma" "sqrt" "squeeze" "sqzmom" "stc" "std" "stddev" "stdev"
    "stoch" "stoch_d" "stoch_k" "stochf" "stochrsi" "sub" "sum" "supertrend" "swak_2php" "swak_bp" "swak_butter"
    "swak_gauss" "swak_hp" "t3" "tan" "tanh" "tema" "trange" "trima" "trix" "ts_rank" "tsf" "tsi" "typprice" "ultosc"
    "valuewhen" "var" "variance" "vhf" "vidya" "volatility" "vortex" "vwap" "vwma" "wad" "wavetrend" "wclprice" "where"
    "wilder" "willr" "wma" "wt" "zigzag" "zlema" "zscore"))
; end of the catalog's names

; from the catalog: constructors
((call
  function: (identifier) @constructor)
  (#any-of? @constructor
    "Cash" "Shares" "Weight" "entry" "exit"))
; end of the catalog's names

; from the catalog: statements
((call
  function: (identifier) @function.macro)
  (#any-of? @function.macro
    "emit_signal"))
; end of the catalog's names

[
  "and"
  "or"
  "not"
] @keyword.operator

[
  "if"
  "else"
] @keyword.conditional

[
  "="
  "<"
  "<="
  ">"
  ">="
  "=="
  "!="
  "+"
  "-"
  "*"
  "/"
  "//"
  "%"
  "**"
  "&"
  "|"
  "~"
] @operator

[
  "("
  ")"
  "["
  "]"
] @punctuation.bracket

[
  ","
  ";"
  "."
] @punctuation.delimiter
