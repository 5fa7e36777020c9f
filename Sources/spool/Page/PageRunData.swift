import SpoolQueue
import SpoolTerminal

/// The runs of a page as its script reads them: numbers, and each text once.
struct PageRunData {
  let page: PageData
  let anchors: PageAnchors

  /// The items of a run's array, in this order.
  static let fields = [
    "name", "queue", "state", "status", "job", "host", "author", "created", "started", "ended",
    "waited", "duration", "attempt", "notes",
  ]

  /// If the texts have more bytes than this, they are cut much shorter: the page must load on a telephone.
  private static let byteLimit = 2_500_000
  private static let shortLimit = 120

  var json: JSON {
    var texts = Texts()
    let base = page.runs.compactMap { $0.run.createdAt?.wholeSeconds }.min() ?? 0
    var runs: [JSON] = []
    runs.reserveCapacity(page.runs.count)
    var named = JSONObject()
    var logs = JSONObject()
    for (index, view) in page.runs.enumerated() {
      runs.append(row(view, base, &texts))
      if anchors[index] != "run-" + view.run.run { named["\(index)"] = .string(anchors[index]) }
      if let log = view.log, !log.lines.isEmpty {
        logs["\(index)"] = .string(log.lines.map { escapingControls($0) }.joined(separator: "\n"))
      }
    }
    return .object(
      JSONObject([
        ("fields", .strings(Self.fields)),
        ("states", .strings(RunState.allCases.map { $0.rawValue })),
        ("queues", .strings(page.queues.map { escapingControls($0.overview.reference) })),
        ("paths", .strings(page.queues.map { escapingControls($0.path) })),
        ("base", .number(Int(base))), ("year", .number(year)), ("offsets", offsets(base)),
        ("texts", .strings(texts.all)), ("anchors", .object(named)), ("logs", .object(logs)),
        ("runs", .array(runs)),
      ]))
  }

  private func row(_ view: PageData.RunView, _ base: Int64, _ texts: inout Texts) -> JSON {
    let run = view.run
    let text = PageRunText(view: view, page: page)
    func time(_ moment: Timestamp?) -> JSON {
      moment.map { .number(Int($0.wholeSeconds - base)) } ?? .null
    }
    func span(_ seconds: Double?) -> JSON {
      // The rest is cut off and not rounded up, as in the cells.
      seconds.map { .number(($0 * 10).rounded(.down) / 10) } ?? .null
    }
    let limit = texts.bytes > Self.byteLimit ? Self.shortLimit : PageRunText.textLimit
    // Most runs have the same labels. So the labels are one text, a line each, and the texts that they label follow.
    let parts = text.notes(limit: limit)
    var notes = [JSON.number(texts.number(parts.map(\.label).joined(separator: "\n")))]
    for (_, note) in parts {
      let lines = PageRunText.lines(note)
      notes.append(.number(texts.number(lines.joined(separator: "\n"))))
    }
    return .array([
      .string(escapingControls(run.run)), .number(view.queue),
      .number(RunState.allCases.firstIndex(of: run.state) ?? 0),
      .number(texts.number(escapingControls(RunRow.status(of: run)))),
      .number(texts.number(escapingControls(text.job))),
      .number(texts.number(escapingControls(text.host))),
      .number(texts.number(escapingControls(text.author))),
      time(run.createdAt), time(run.startedAt), time(run.endedAt), span(run.waited),
      span(run.duration), run.attempt.map { .number($0) } ?? .null, .array(notes),
    ])
  }

  /// The texts, each once.
  private struct Texts {
    private(set) var all: [String] = []
    private(set) var bytes = 0
    private var numbers: [String: Int] = [:]

    mutating func number(_ text: String) -> Int {
      if let known = numbers[text] { return known }
      numbers[text] = all.count
      all.append(text)
      bytes += text.utf8.count
      return all.count - 1
    }
  }

  private var year: Int {
    Terminal.localTime(secondsSince1970: page.now.wholeSeconds)?.year ?? 0
  }

  /// The moments from which local time is a certain number of seconds ahead of UTC: the script shows times as this
  /// host has them, in summer and winter.
  private func offsets(_ base: Int64) -> JSON {
    func ahead(_ moment: Int64) -> Int {
      Terminal.localTime(secondsSince1970: moment)?.offset ?? 0
    }
    let end = page.now.wholeSeconds + 86_400
    // The times come from files: a run of the year 1 is not worth half a million steps.
    let day: Int64 = 86_400
    let start = Swift.max(base - day, end - 3000 * day)
    var found: [JSON] = [.array([.number(Int(start)), .number(ahead(start))])]
    var moment = start
    while moment < end {
      let next = moment + day
      if ahead(next) != ahead(moment) {
        var (low, high) = (moment, next)
        while high - low > 1 {
          let middle = (low + high) / 2
          if ahead(middle) == ahead(moment) { low = middle } else { high = middle }
        }
        found.append(.array([.number(Int(high)), .number(ahead(next))]))
      }
      moment = next
    }
    return .array(found)
  }
}
