import SpoolQueue
import Testing

@Suite struct JobFileQueueSettingsTests {
  static let whole = """
    {"max_running":4,"lease":60,"poll":2.5,"sync":false,\
    "defaults":{"env":{"A":"1"},"retries":2},"launcher":["srun","--gres=gpu:1"],\
    "hooks":{"on_empty":["poweroff"]},"allow_users":["ada"],"allow_groups":["lab"],"env_keep":["HF_*"],\
    "keep":{"age":2592000,"bytes":1000000},"notes":"n","drops":true,"x-a":1}
    """

  @Test func everyKeyIsReadAndWritten() throws {
    let settings = try QueueSettings(parsing: Array(Self.whole.utf8))
    #expect(settings.json.text == Self.whole)
    #expect(settings.maxRunning == 4)
    #expect(settings.lease == 60)
    #expect(settings.poll == 2.5)
    #expect(!settings.sync)
    #expect(settings.defaults.retries == 2)
    #expect(settings.launcher == ["srun", "--gres=gpu:1"])
    #expect(settings.hooks.onEmpty == ["poweroff"])
    #expect(settings.allowUsers == ["ada"])
    #expect(settings.allowGroups == ["lab"])
    #expect(settings.keep?.age == 2_592_000)
    #expect(settings.keep?.bytes == 1_000_000)
    #expect(settings.drops)
    #expect(settings.extensions == ["x-a": 1])
  }

  @Test func whatIsNotSaidHasItsDefault() throws {
    let settings = try QueueSettings(parsing: Array("{ /* nothing */ }".utf8))
    #expect(settings == QueueSettings())
    #expect(settings.json.text == "{}")
    #expect(settings.maxRunning == nil)
    #expect(settings.lease == 300)
    #expect(settings.poll == nil)
    #expect(settings.sync)
    #expect(!settings.drops)
    #expect(settings.defaults == Job())
  }

  @Test func theListOfKeysIsTheContracts() {
    #expect(
      QueueSettings.keys.joined(separator: " ") == """
        max_running lease poll sync defaults launcher wandb hooks allow_users allow_groups env_keep \
        keep notes drops
        """)
  }

  @Test(arguments: [
    ("", "line 1, column 1: the text is empty"),
    ("[]", "line 1, column 1: the file must be an object, not an array"),
    (#"{"leese": 1}"#, #"line 1, column 2: unknown key "leese" (did you mean "lease"?)"#),
    (#"{"lease": 0}"#, #"line 1, column 11: "lease" must be more than 0, not 0"#),
    (
      #"{"max_running": 0}"#,
      #"line 1, column 17: "max_running" must be a whole number of 1 or more, not 0"#
    ),
    (#"{"sync": "no"}"#, #"line 1, column 10: "sync" must be true or false, not a string"#),
    (
      #"{"defaults": {"comand": []}}"#,
      #"line 1, column 15: unknown key "comand" in "defaults" (did you mean "command"?)"#
    ),
    (
      "{\"defaults\":\n {\"env\": {\"A\": null}}}",
      #"line 2, column 16: "A" of "env" of "defaults" must be a string, not null"#
    ),
    (
      #"{"allow_users": "ada"}"#,
      #"line 1, column 17: "allow_users" must be an array of strings, not a string"#
    ),
    (#"{"keep": 30}"#, #"line 1, column 10: "keep" must be an object, not a number"#),
    (#"{"launcher": [""]}"#, #"line 1, column 15: entry 1 of "launcher" must not be empty"#),
  ])
  func saysWhatIsWrong(_ text: String, _ description: String) {
    let error = #expect(throws: JobFileError.self) { try QueueSettings(parsing: Array(text.utf8)) }
    #expect(error?.description == description)
  }
}
