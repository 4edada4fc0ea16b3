/// What a client calls a command of its own, so that sending it again does nothing twice.
///
/// It is kept with the events that the command led to, in the same transaction: either both are there or neither.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Receipt {
    /// Whose key it is: two clients may choose the same.
    pub client: i64,
    pub key: String,
    /// What was asked for, hashed: the same key under another request is a mistake of the client.
    pub fingerprint: [u8; 32],
}
