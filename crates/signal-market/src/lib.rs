//! Tickers, exchanges, timeframes, and calendar arithmetic: how many bars a date range holds.
//!
//! UTC, markets open around the clock, weeks open on Monday, months on the 1st.
