/// The three letters that end every file a queue looks at.
enum Placeholder {}
