import Testing

@testable import SpoolTerminal

@Suite("The manual page")
struct ManualPageTests {
  private let page = ManualPage(
    sample, date: "2026-01-31",
    chapters: [ManualPage.Chapter("FILES", [(term: "~/.lab", text: "'One' \\ the other.")])]
  ).text

  @Test func beginsAsWhatisNeedsIt() {
    #expect(
      page.hasPrefix(
        """
        .TH "LAB" "1" "2026-01-31" "lab lab 1.0" ""
        .SH "NAME"
        lab \\- run experiments in a row
        .SH "SYNOPSIS"

        """))
  }

  @Test func hasEveryCommandAndOptionThatIsNotHidden() {
    #expect(page.contains(".SS \"lab queue create\"\n.HP\n\\fBlab queue create\\fR\n"))
    #expect(page.contains(".TP\n\\fB\\-f, \\-\\-follow\\fR\nShow the output as it comes.\n"))
    #expect(!page.contains("_runner"))
    #expect(!page.contains("trace"))
  }

  @Test func whatIsTypedCanBeCopied() {
    #expect(page.contains(".EX\nlab launch \\-q night make \\-j4\n.EE\n"))
    #expect(page.contains(".EX\n  orders/    what waits\n.EE\n"))
  }

  @Test func whatRoffWouldReadIsEscaped() {
    #expect(
      page.hasSuffix(".SH \"FILES\"\n.TP\n\\fB\\(ti/.lab\\fR\n\\(aqOne\\(aq \\e the other.\n"))
  }
}
