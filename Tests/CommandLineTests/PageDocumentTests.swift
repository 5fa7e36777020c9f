import SpoolQueue
import SpoolTesting
import Testing

@testable import spool

@Suite("A page as a document") struct PageDocumentTests {
  private static let now = Timestamp("2026-11-22T13:15:01Z") ?? .now

  private func run(_ name: String, _ state: RunState, _ more: String = "") throws -> Run {
    let text = """
      {"run":\(JSON.string(name).text),"queue":"q","entity":"me","state":"\(state.rawValue)",\
      "created_at":"2026-11-22T12:00:00Z"\(more)}
      """
    let object = try #require(JSON(parsing: Array(text.utf8), dialect: .strict).objectValue)
    return try #require(Run(object))
  }

  private func page(_ runs: [Run], queues: [String] = ["me/q"]) -> PageData {
    var page = PageData(title: queues.joined(separator: ", "))
    page.now = Self.now
    page.queues = queues.map { PageData.QueueView(reference: $0, path: "/spool/" + $0) }
    page.runs = runs.map { PageData.RunView(run: $0, queue: 0) }
    page.arrange(limit: nil)
    return page
  }

  /// The tags of a page in their order, without those that stand alone.
  private func tags(_ text: String) -> [Substring] {
    text.split(separator: "<").dropFirst().compactMap { part in
      let name = part.prefix { $0.isLetter || $0.isNumber || $0 == "/" || $0 == "!" }
      let tag = part.prefix { $0 != ">" }
      let alone = ["!doctype", "meta", "link", "input"]
      return tag.hasSuffix("/") || alone.contains(String(name)) ? nil : name
    }
  }

  /// Whether every element is closed where it must be.
  private func isBalanced(_ text: String) -> Bool {
    var open: [Substring] = []
    for tag in tags(text) {
      if !tag.hasPrefix("/") {
        open.append(tag)
      } else if open.popLast() != tag.dropFirst() {
        return false
      }
    }
    return open.isEmpty
  }

  /// The page without what this program itself put in to be executed.
  private func withoutPrograms(_ page: PageData) -> String {
    let text = PageDocument(page, nonce: "n").html.text
    return text.replacing(PagePalette.style + PageStyle.text, with: "")
      .replacing(PageScript.text, with: "").replacing(PageScript.early, with: "")
  }

  @Test("Nothing to show is a page too") func empty() {
    let text = withoutPrograms(PageData(title: "/nowhere"))
    #expect(isBalanced(text))
    #expect(text.contains("There are no queues here yet"))
    #expect(text.contains("There are no runs here yet"))
  }

  @Test("Each of the eight states has its number and its row") func states() throws {
    let runs = try RunState.allCases.map { try run("r-" + $0.rawValue, $0) }
    let text = withoutPrograms(page(runs))
    #expect(isBalanced(text))
    for state in RunState.allCases {
      let name = state.rawValue
      #expect(text.contains("data-state=\"\(name)\"><b>1</b>"), "\(name)")
      #expect(text.contains("<dl id=\"run-r-\(name)\">"), "\(name)")
    }
  }

  @Test("What runs comes first, then what waits, then the newest that ended") func order() throws {
    let runs = [
      try run("old", .finished, #","ended_at":"2026-11-22T12:10:00Z""#),
      try run("new", .failed, #","ended_at":"2026-11-22T12:20:00Z""#),
      try run("waits", .queued), try run("runs", .running), try run("starts", .starting),
    ]
    var page = page(runs)
    #expect(page.runs.map { $0.run.run } == ["runs", "starts", "waits", "new", "old"])
    page.arrange(limit: 2)
    #expect(page.runs.map { $0.run.run } == ["runs", "new"])
    #expect(page.omitted == 3)
  }

  @Test(
    "No text of a run becomes markup, wherever it stands",
    arguments: [
      "<script>x</script>", "\"><img src=x onerror=x>", "</style></title></pre></dl>", "<!--",
      "']]>", "&lt;b&gt;", "\u{1b}[2J\u{202e}\u{0}", "{{ }} ${x} `", "\u{2028}</ScRiPt>",
    ]) func hostile(text: String) throws
  {
    let name = JSON.string(text).text
    var runs: [Run] = []
    for state in [RunState.running, .queued, .failed, .finished] {
      var made = try run(
        text + state.rawValue, state,
        """
        ,"job":\(name),"author":\(name),"owner":\(name),"host":\(name),"agent":\(name),\
        "reason":\(name),"command":[\(name)],"args":[\(name)],"tags":[\(name)],"notes":\(name),\
        "run_config":{\(name):\(name)},"summary":{\(name):\(name)},"sweep":\(name),\
        "signal":\(name),"progress":\(name),"started_at":"2026-11-22T12:00:01Z","attempt":2,\
        "attempts":3,"duration_s":5,"retry_of":\(name),"after":[\(name)]
        """)
      made.endedAt = state.isDone ? Self.now : nil
      runs.append(made)
    }
    var page = page(runs, queues: ["me/" + text])
    for index in page.runs.indices {
      page.runs[index].log = LogExcerpt(lines: [text])
      page.runs[index].earlier = [text]
    }
    page.queues[0].overview.agents = [makeAgent(text, host: text)]
    page.queues.append(PageData.QueueView(reference: text, path: text))
    page.queues[1].overview.trouble = text
    let shown = withoutPrograms(page)
    #expect(isBalanced(shown))
    // The tags are those of a page with harmless texts.
    #expect(!shown.contains("<img") && !shown.contains("<!--"))
    #expect(tags(shown).count { $0.lowercased() == "script" } == 3)
    #expect(!shown.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0 == "\u{202e}" })
  }

  @Test("Times that cannot be, as anybody may write them, are shown and break nothing") func times()
    throws
  {
    let ends = [Timestamp(nanoseconds: .min), Timestamp(nanoseconds: .max), Self.now]
    var runs: [Run] = []
    for (number, created) in ends.enumerated() {
      for started in ends {
        for ended in ends {
          var made = try run("r\(runs.count)", RunState.allCases[4 + runs.count % 4])
          (made.createdAt, made.startedAt, made.endedAt) = (created, started, ended)
          made.duration = [-5, 1e300, .infinity][number]
          made.host = "h"
          runs.append(made)
        }
      }
    }
    var waiting = try run("waits", .queued)
    waiting.createdAt = Timestamp(nanoseconds: .max)
    let text = withoutPrograms(page(runs + [waiting]))
    #expect(isBalanced(text))
    #expect(text.split(separator: "<details class=\"run\">").count == runs.count + 2)
  }

  @Test("Runs of one name in two queues have addresses of their own") func anchors() throws {
    var page = page([try run("a", .finished), try run("a", .failed), try run("b", .finished)])
    page.queues.append(PageData.QueueView(reference: "me/other", path: "/spool/me/other"))
    page.runs[1].queue = 1
    let anchors = PageAnchors(page)
    #expect(page.runs.indices.map { anchors[$0] } == ["run-me/q/a", "run-me/other/a", "run-b"])
  }

  @Test("Only the newest rows are written out; the data has all") func manyRuns() throws {
    let runs = try (0..<800).map { try run("r\($0)", $0 < 300 ? .queued : .finished) }
    let page = page(runs)
    let list = PageRunList(page: page, anchors: PageAnchors(page))
    #expect(list.html.text.split(separator: "<details class=\"run\">").count == 501)
    let data = PageRunData(page: page, anchors: PageAnchors(page)).json
    #expect(data["runs"]?.arrayValue?.count == 800)
    #expect(data["fields"] == .strings(PageRunData.fields))
    let width = data["runs"]?.arrayValue?.map { $0.arrayValue?.count ?? 0 }
    #expect(Set(width ?? []) == [PageRunData.fields.count])
  }

  @Test("Long texts are cut, and shorter still where there are many") func longTexts() throws {
    let long = String(repeating: "x", count: 5000)
    let runs = try (0..<2000).map { try run("r\($0)", .finished, #","notes":"\#($0)\#(long)""#) }
    let page = page(runs)
    let bytes = PageDocument(page).bytes.count
    #expect(bytes < 6_000_000, "\(bytes)")
  }

  @Test("A page that is made again says so, and is loaded again") func interval() {
    var data = PageData(title: "x")
    #expect(!PageDocument(data).html.text.contains("http-equiv=\"refresh\""))
    data.interval = 30
    let text = PageDocument(data).html.text
    #expect(text.contains("<noscript><meta http-equiv=\"refresh\" content=\"30\"></noscript>"))
    #expect(text.contains("data-every=\"30\""))
  }

  @Test("Nothing is fetched, and only what knows the nonce is executed") func policy() {
    let text = PageDocument(PageData(title: "x"), nonce: "abc").html.text
    #expect(
      text.contains(
        """
        <meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; \
        style-src &#39;nonce-abc&#39;; script-src &#39;nonce-abc&#39;; img-src data:; \
        base-uri &#39;none&#39;; form-action &#39;none&#39;">
        """))
    // The only address is a name, which nobody fetches.
    let namespace = "xmlns=&#39;http://www.w3.org/2000/svg&#39;"
    #expect(text.ranges(of: "://").count == text.ranges(of: namespace).count)
    for attribute in [" src=", " onclick=", "@import", "url("] {
      #expect(!text.contains(attribute), "\(attribute)")
    }
    #expect(PageDocument(PageData(title: "x")).html != PageDocument(PageData(title: "x")).html)
  }

  // MARK: Colours

  private func luminance(_ colour: String) throws -> Double {
    let number = try #require(Int(colour.dropFirst(), radix: 16))
    let parts = [number >> 16, number >> 8 & 0xFF, number & 0xFF].map { part in
      let share = Double(part) / 255
      return share <= 0.04045
        ? share / 12.92 : Elementary.exp(2.4 * Elementary.log((share + 0.055) / 1.055))
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }

  private func contrast(_ one: String, _ other: String) throws -> Double {
    let (a, b) = (try luminance(one), try luminance(other))
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)
  }

  @Test("Everything that is read stands out from what it lies upon, in both themes")
  func contrasts()
    throws
  {
    #expect(abs(try contrast("#ffffff", "#000000") - 21) < 0.001)
    let inks = PagePalette.inks + RunState.allCases.map { PagePalette.ink($0) }
    for ink in inks {
      for ground in PagePalette.grounds {
        let (light, dark) = (
          try contrast(ink.light, ground.light), try contrast(ink.dark, ground.dark)
        )
        // WCAG 2, level AA.
        #expect(light >= 4.5, "\(ink.name) on \(ground.name): \(light)")
        #expect(dark >= 4.5, "\(ink.name) on \(ground.name), dark: \(dark)")
      }
    }
    for state in RunState.allCases {
      let fill = PagePalette.fill(state)
      #expect(try contrast(fill.light, "#f1f4f7") >= 1.5, "\(state)")
      #expect(try contrast(fill.dark, "#1c232d") >= 2, "\(state), dark")
    }
  }
}
