import Testing

@testable import spool

@Suite("Units that keep an agent running")
struct ServiceUnitTests {
  private let unit = ServiceUnit(
    program: "/opt/my tools/spool", options: ["--slots", "4", "-q", "/srv/a%b/$c \"d\""],
    environment: [("SPOOL_ROOT", "/srv/50% <new>")], places: ["/srv/a%b/$c \"d\""], user: "lab")

  @Test func systemdReadsWordsAsTheyAre() {
    let lines = unit.systemd(isSystem: true).split(separator: "\n")
    #expect(
      lines.contains(
        #"ExecStart="/opt/my tools/spool" agent --slots 4 -q "/srv/a%%b/$$c \"d\"""#))
    #expect(lines.contains(#"Environment="SPOOL_ROOT=/srv/50%% <new>""#))
    #expect(lines.contains(#"RequiresMountsFor="/srv/a%%b/$c \"d\"""#))
    #expect(lines.contains("User=lab"))
    #expect(lines.contains("KillMode=process"))
    #expect(lines.contains("WantedBy=multi-user.target"))
  }

  @Test func aUsersOwnUnitIsNobodyElses() {
    let text = unit.systemd(isSystem: false)
    #expect(!text.contains("User="))
    #expect(!text.contains("network-online"))
    #expect(text.contains("WantedBy=default.target\n"))
    #expect(text.contains("enable-linger"))
  }

  @Test func cronSeesOneLine() {
    let lines = unit.cron.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(
      lines[1]
        == #"* * * * * SPOOL_ROOT='/srv/50\% <new>' '/opt/my tools/spool' agent --slots 4 -q"#
        + #" '/srv/a\%b/$c "d"' --once --quiet"#)
  }

  @Test func launchdSeesText() {
    let text = unit.launchd(home: "/Users/ana")
    #expect(text.contains("<string>/srv/50% &lt;new&gt;</string>"))
    #expect(text.contains("<key>AbandonProcessGroup</key>\n  <true/>"))
    #expect(text.contains("<string>/Users/ana/Library/Logs/spool.log</string>"))
  }
}
