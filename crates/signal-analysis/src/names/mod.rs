//! What names mean: the entries behind calls, what a name is bound to, which names nothing defines, and which are read.

mod calls;
mod definitions;
mod kinds;
mod unresolved;
mod uses;

pub use calls::{Call, Calls};
pub(crate) use definitions::behind_names;
pub use definitions::value_of;
pub use kinds::Kinds;
pub(crate) use unresolved::unresolved;
pub use unresolved::{Near, Unresolved};
pub use uses::{Unread, Uses};
