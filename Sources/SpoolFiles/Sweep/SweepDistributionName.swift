enum SweepDistributionName: String, CaseIterable {
  case constant, categorical
  case categoricalWithProbabilities = "categorical_w_probabilities"
  case intUniform = "int_uniform"
  case uniform
  case qUniform = "q_uniform"
  case logUniform = "log_uniform"
  case logUniformValues = "log_uniform_values"
  case qLogUniform = "q_log_uniform"
  case qLogUniformValues = "q_log_uniform_values"
  case invLogUniform = "inv_log_uniform"
  case invLogUniformValues = "inv_log_uniform_values"
  case normal
  case qNormal = "q_normal"
  case logNormal = "log_normal"
  case qLogNormal = "q_log_normal"
  case beta
  case qBeta = "q_beta"

  /// The members that the distribution needs, and its optional members.
  var keys: (needed: [String], optional: [String]) {
    switch self {
    case .constant: (["value"], [])
    case .categorical: (["values"], ["probabilities"])
    case .categoricalWithProbabilities: (["values", "probabilities"], [])
    case .intUniform, .uniform, .logUniform, .logUniformValues, .invLogUniform,
      .invLogUniformValues:
      (["min", "max"], [])
    case .qUniform, .qLogUniform, .qLogUniformValues: (["min", "max"], ["q"])
    case .normal, .logNormal: ([], ["mu", "sigma"])
    case .qNormal, .qLogNormal: ([], ["mu", "sigma", "q"])
    case .beta: ([], ["a", "b"])
    case .qBeta: ([], ["a", "b", "q"])
    }
  }

  /// The same distribution with values rounded to steps.
  var stepped: SweepDistributionName? {
    rawValue.hasPrefix("q_") ? nil : SweepDistributionName(rawValue: "q_" + rawValue)
  }
}

extension Codec<SweepDistributionName> {
  static let distributionName = Codec(
    read: { value throws(FieldError) in
      guard let text = value.stringValue else { throw .mustBe("a string", not: value) }
      guard let name = SweepDistributionName(rawValue: text) else {
        let known = SweepDistributionName.allCases.map(\.rawValue)
        let note = Suggestion.note(for: text, among: known)
        let expected = note.isEmpty ? "one of " + known.joined(separator: ", ") : "a distribution"
        throw .value("must be \(expected), not \(value.shown)\(note)")
      }
      return name
    }, write: { .string($0.rawValue) })
}
