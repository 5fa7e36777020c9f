import SpoolQueue
import SpoolTerminal

extension Command {
  static let job = Command(
    name: "job", group: "RUN",
    abstract: "Make, list, show and delete named jobs and their versions.",
    discussion: """
      A named job is a recipe that launch -j, a job file or a sweep names. Each change of it \
      makes a new version, v0, v1 and so on, which never changes afterwards; latest is the \
      highest version, and an alias is another name for one version.
      """,
    subcommands: [
      .jobCreate, .jobList, .jobShow, .jobAlias, .jobUnalias, .jobDelete,
    ],
    suggestedFor: ["jobs"])

  private static let jobCreate = Command(
    name: "create",
    abstract: "Publish a version of a named job and print it.",
    discussion: """
      COMMAND, the file and the run give the recipe, and win in this order: the command or \
      script, args, run_config, env, cwd, slots, gpus, timeout, retries, require and the other \
      keys of a job file, except those that belong to one run. With "inputs" it names the type \
      and the range of keys of run_config; a launch outside them is refused. Macros in the words \
      of COMMAND, such as '${config.KEY}' or '${args}', are replaced when a run starts.

      Content equal to that of the latest version makes no new version. A job without a cwd runs \
      where launch is typed; --cwd pins it. With --from it gets the cwd and the env of that run.
      """,
    examples: [
      Example(
        "spool job create train --cwd . -- python3 train.py",
        "Makes train:v0, which runs where it was made."),
      Example(
        "spool job create train --file train.json", "Makes a version with the content of the file."),
      Example(
        "spool job create train --from train-9x7c",
        "Makes a version of the recipe that a run executed."),
    ],
    parameters: [
      .queue, .entity, .root,
      .option(
        "file", "FILE", completion: .file,
        "The file of the recipe, in JSON or YAML; - reads standard input."),
      .option("from", "RUN", completion: .run, "Take the recipe of a run, as it was executed."),
      .option("cwd", "DIR", completion: .directory, "The directory in which its runs execute it."),
      .json,
      .operand("name", completion: .job, "The job's name, or ENTITY/NAME."),
      .rest("COMMAND", completion: .file, "What to execute, with its arguments."),
    ]
  ) { arguments in
    let context = try Context(arguments)
    let name = try jobReference(arguments, context)
    guard case .latest = name.reference.selection, !name.text.contains(":") else {
      throw arguments.usageError("'\(name.text)': a new version gets its number; give the name")
    }
    let recipe = try recipe(arguments, context)
    try name.checkEntity(unless: context.spool.ownEntity)
    if let warning = recipe.macroWarning { errorLine("spool: \(escapingControls(warning))") }
    let created = try name.catalog.create(name.reference.name, recipe)
    let reference = name.reference.pinned(to: created.version.number)
    if arguments.flag("json") {
      try printLine(
        JSONObject([("job", .string("\(reference)")), ("new", .bool(created.isNew))]).text)
    } else {
      try printLine("\(reference)")
    }
    if !created.isNew {
      errorLine("spool: \(reference) has the same content; no new version was made")
    }
    return ExitStatus.done
  }

  private static let jobList = Command(
    name: "list",
    abstract: "Show the named jobs with their versions and aliases.",
    examples: [Example("spool job list -e lab", "Shows the jobs of a team.")],
    parameters: [.entity, .root, .json]
  ) { arguments in
    let context = try Context(arguments, queue: nil)
    try context.spool.requireEntity()
    let catalog = context.jobs
    let views = try catalog.names().compactMap { name in
      try catalog.listing(of: name).map { JobView($0, in: catalog) }
    }
    try arguments.printList(views)
    return ExitStatus.done
  }

  private static let jobShow = Command(
    name: "show",
    abstract: "Show one version of a named job, and which others there are.",
    examples: [
      Example("spool job show train", "Shows the latest version."),
      Example("spool job show train:prod --json", "Shows the version that an alias stands for."),
    ],
    parameters: [
      .entity, .root, .json,
      .operand("name", completion: .job, shownAs: "JOB", "The job, as [ENTITY/]JOB[:VERSION]."),
    ]
  ) { arguments in
    let name = try jobReference(arguments, Context(arguments, queue: nil))
    let view = JobVersionView(
      version: try name.catalog.resolve(name.reference),
      listing: try name.catalog.listing(of: name.reference.name))
    if arguments.flag("json") {
      try printLine(view.json.text)
    } else {
      try Output.standard.write(view.page)
    }
    return ExitStatus.done
  }

  private static let jobAlias = Command(
    name: "alias",
    abstract: "Give a version of a named job another name, or move the name to it.",
    examples: [Example("spool job alias train:v2 prod", "Makes train:prod mean train:v2.")],
    parameters: [
      .entity, .root,
      .operand("name", completion: .job, shownAs: "JOB", "The version, as [ENTITY/]JOB:VERSION."),
      .operand("alias", "The name; neither latest nor like a version."),
    ]
  ) { arguments in
    let name = try jobReference(arguments, Context(arguments, queue: nil))
    let alias = arguments.operand("alias") ?? ""
    let version = try name.catalog.alias(name.reference, as: alias)
    errorLine("\(version.name):\(alias) is now \(version.reference)")
    return ExitStatus.done
  }

  private static let jobUnalias = Command(
    name: "unalias",
    abstract: "Remove an alias of a named job; the version stays.",
    examples: [Example("spool job unalias train:prod", "Ends the alias prod.")],
    parameters: [
      .entity, .root,
      .operand("name", completion: .job, shownAs: "JOB", "The alias, as [ENTITY/]JOB:ALIAS."),
    ]
  ) { arguments in
    let name = try jobReference(arguments, Context(arguments, queue: nil))
    let version = try name.catalog.unalias(name.reference)
    errorLine("\(name.reference): removed" + (version.map { "; it stood for v\($0)" } ?? ""))
    return ExitStatus.done
  }

  private static let jobDelete = Command(
    name: "delete",
    abstract: "Remove a named job with all its versions and aliases, or one version.",
    discussion: """
      It is refused while waiting runs of any queue of the root name it; with --force these end \
      as crashed. The latest version goes only with the whole job, since the next version would \
      get its number. Records of runs keep what was executed.
      """,
    examples: [
      Example("spool job delete train:v0", "Removes one version."),
      Example("spool job delete train", "Removes the job with everything."),
    ],
    parameters: [
      .entity, .root,
      .flag("force", "Also if waiting runs name it."),
      .operand("name", completion: .job, shownAs: "JOB", "The job, or [ENTITY/]JOB:VERSION."),
    ],
    suggestedFor: ["remove", "rm"]
  ) { arguments in
    let name = try jobReference(arguments, Context(arguments, queue: nil))
    let removed = try name.catalog.delete(
      name.reference, isWhole: !name.text.utf8.contains(UInt8(ascii: ":")),
      evenIfWanted: arguments.flag("force"))
    errorLine("\(removed): deleted")
    return ExitStatus.done
  }

  private struct NamedJob {
    let text: String
    let reference: JobReference
    let catalog: JobCatalog

    /// Checks that the entity exists. Otherwise its name is a typing error, and must not make an entity; the user's
    /// own entity is made on first use.
    func checkEntity(unless own: String) throws {
      let path = catalog.root + "/" + catalog.entity
      if catalog.entity == own || (try? System.informationFollowing(path)) != nil { return }
      throw SpoolError(
        .notFound, "\(text): " + Spool.missing(entity: catalog.entity, in: catalog.root))
    }
  }

  private static func jobReference(
    _ arguments: ParsedArguments, _ context: Context
  ) throws -> NamedJob {
    let text = arguments.operand("name") ?? ""
    guard let reference = JobReference(text) else {
      throw arguments.usageError("'\(text)' is not a job's name, as in [ENTITY/]JOB[:VERSION]")
    }
    var catalog = context.jobs
    if let entity = reference.entity { catalog = JobCatalog(root: catalog.root, entity: entity) }
    return NamedJob(text: text, reference: reference, catalog: catalog)
  }

  private static func recipe(_ arguments: ParsedArguments, _ context: Context) throws -> Job {
    var recipe = Job()
    if !arguments.rest.isEmpty { recipe.command = arguments.rest }
    if let file = arguments.option("file") {
      recipe = recipe.merging(over: try Job(readingFile: file, partial: true))
    }
    if let run = arguments.option("from") {
      let queue = try context.queue()
      let run = try queue.resolve(run)
      try queue.refuseForeign(run)
      recipe = recipe.merging(over: try queue.job(of: run).withoutRun)
    }
    if let directory = arguments.option("cwd") { recipe.cwd = Queue.absolute(directory) }
    if recipe == Job() {
      throw arguments.usageError("missing operand COMMAND (or give --file or --from)")
    }
    return recipe
  }
}

private struct JobView: ListedView {
  private let listing: JobListing
  private let latest: Result<JobVersion, SpoolError>?

  init(_ listing: JobListing, in catalog: JobCatalog) {
    self.listing = listing
    latest = listing.latest.map { number in
      let reference = JobReference(name: listing.name, selection: .version(number))
      return Result { () throws(SpoolError) in try catalog.resolve(reference) }
    }
  }

  static let columns: [Table.Column] = [
    Table.Column(title: "JOB", minimumWidth: 8, cut: .middle),
    Table.Column(title: "LATEST", alignment: .right),
    Table.Column(title: "ALIASES", minimumWidth: 8, cut: .end),
    Table.Column(title: "OWNER"), Table.Column(title: "CREATED"),
    Table.Column(title: "COMMAND", minimumWidth: 12, cut: .end),
  ]

  var row: [String] {
    let aliases = listing.aliases.map { "\($0.name)=\($0.version.map { "v\($0)" } ?? "?")" }
    let beginning = [
      listing.name, listing.latest.map { "v\($0)" } ?? "-", aliases.joined(separator: " "),
    ]
    switch latest {
    case .success(let version):
      return beginning + [
        version.owner, MomentText.full(version.createdAt),
        version.job.summary,
      ]
    case .failure(let error): return beginning + ["", "", error.message]
    case nil: return beginning + ["", "", ""]
    }
  }

  var json: JSONObject {
    var object = JSONObject([
      ("job", .string(listing.name)), ("entity", .string(listing.entity)),
      ("latest", listing.latest.map { .string("v\($0)") } ?? .null),
      ("versions", .strings(listing.versions.map { "v\($0)" })), ("aliases", listing.aliasesJSON),
    ])
    switch latest {
    case .success(let version):
      object["owner"] = .string(version.owner)
      object["created_at"] = .string(version.createdAt.text)
      object["content"] = .object(version.job.json)
    case .failure(let error): object["error"] = .string(error.message)
    case nil: break
    }
    return object
  }
}

private struct JobVersionView {
  let version: JobVersion
  let listing: JobListing?

  private var aliases: [String] { listing?.aliases(of: version.number) ?? [] }

  var json: JSONObject {
    JSONObject([
      ("job", .string("\(version.reference)")), ("entity", .string(version.entity)),
      ("version", .string("v\(version.number)")), ("aliases", .strings(aliases)),
      ("owner", .string(version.owner)), ("created_at", .string(version.createdAt.text)),
      ("content", .object(version.job.json)),
    ])
  }

  var page: String {
    let all = (listing?.versions ?? []).reversed().map { number in
      let names = listing?.aliases(of: number) ?? []
      return "v\(number)" + (names.isEmpty ? "" : " (\(names.joined(separator: ", ")))")
    }
    let lines = [
      "job       \(version.reference)",
      "entity    \(version.entity)",
      "versions  \(all.joined(separator: " "))",
      "created   " + MomentText.full(version.createdAt),
      "owner     \(version.owner)",
      "command   \(version.job.summary)",
    ]
    let content = String(raw: version.job.json.bytes(pretty: true))
    return lines.map { escapingControls($0) + "\n" }.joined() + content + "\n"
  }
}

extension JobListing {
  fileprivate var aliasesJSON: JSON {
    .object(JSONObject(aliases.map { ($0.name, $0.version.map { .string("v\($0)") } ?? .null) }))
  }
}

extension Job {
  /// The job's command as it would be typed in a shell; for a script, its first line.
  fileprivate var summary: String {
    guard let program else {
      return script?.split(separator: "\n").first.map { String($0) } ?? ""
    }
    return shellQuoted(program + (args ?? []))
  }

  /// The job without the keys that belong to a single run.
  fileprivate var withoutRun: Job {
    var job = self
    job.job = nil
    job.name = nil
    job.notes = nil
    job.tags = nil
    job.author = nil
    job.priority = nil
    job.notBefore = nil
    job.after = nil
    job.unique = nil
    job.sweep = nil
    job.retryOf = nil
    return job
  }
}
