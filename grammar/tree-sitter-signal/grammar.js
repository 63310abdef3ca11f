/**
 * @file The Signal DSL for tree-sitter: what ../signal.ebnf says, with names for the nodes.
 *
 * The EBNF has a rule for each level of operators; here numbers tell them apart, which parses nearly twice as fast.
 * Line ends, commas and brackets come from src/scanner.c, which knows whether a bracket is open.
 */

/// <reference types="tree-sitter-cli/dsl" />
// @ts-check

/** One item or more, parted by commas; one more comma may follow. */
const listed = item => seq(item, repeat(seq(',', item)), optional(','));

/** An operator between two operands. */
const infix = (left, operator, right) => seq(field('left', left), field('operator', operator), field('right', right));

/** How tightly operators bind, by the names of their rules in the EBNF. */
const BINDING = { or: 1, and: 2, not: 3, alternation: 4, junction: 5, sum: 6, product: 7, factor: 8, power: 9 };

module.exports = grammar({
  name: 'signal',

  externals: $ => [$._newline, $._line_break, ',', '(', ')', '[', ']'],

  extras: $ => [/[ \t\f]/, $._line_break, $.line_continuation, $.comment, $.trailing_directive],

  word: $ => $.identifier,

  // `a, b` may go on as targets or as values; only the `=` tells.
  conflicts: $ => [[$._names, $._atom]],

  rules: {
    script: $ => seq(
      repeat($._separator),
      repeat(seq($._statement, repeat1($._separator))),
      optional($._statement),
    ),

    _separator: $ => choice($._newline, ';'),

    _statement: $ => choice($.assignment, $.expression_statement, $.directive),

    assignment: $ => seq(field('left', $._targets), '=', field('right', $._expressions)),

    _targets: $ => choice(
      $.identifier,
      alias($._bare_names, $.target_list),
      alias($._names_in_parentheses, $.target_list),
      alias($._names_in_brackets, $.target_list),
    ),
    _names: $ => $.identifier,
    _bare_names: $ => seq($._names, choice(',', seq(repeat1(seq(',', $._names)), optional(',')))),
    _names_in_parentheses: $ => seq('(', listed($._names), ')'),
    _names_in_brackets: $ => seq('[', listed($._names), ']'),

    expression_statement: $ => $._expressions,

    _expressions: $ => choice($._expression, alias($._bare_tuple, $.tuple)),
    _bare_tuple: $ => seq($._expression, choice(',', seq(repeat1(seq(',', $._expression)), optional(',')))),

    _expression: $ => choice($.conditional_expression, $._condition),
    conditional_expression: $ => seq(
      field('then', $._condition), 'if', field('condition', $._condition), 'else', field('otherwise', $._expression),
    ),

    // `not` stands before a comparison, never behind one.
    _condition: $ => choice($.boolean_operator, $.not_operator, $.comparison_operator, $._operand),
    boolean_operator: $ => choice(
      prec.left(BINDING.or, infix($._condition, 'or', $._condition)),
      prec.left(BINDING.and, infix($._condition, 'and', $._condition)),
    ),
    not_operator: $ => prec(BINDING.not, seq('not', field('argument', $._condition))),

    // A chain is one node: `20 < x < 80` compares x twice.
    comparison_operator: $ => seq(
      $._operand,
      repeat1(seq(field('operators', choice('<', '<=', '>', '>=', '==', '!=')), $._operand)),
    ),

    _operand: $ => choice($.binary_operator, $.unary_operator, $._primary),
    binary_operator: $ => choice(
      prec.left(BINDING.alternation, infix($._operand, '|', $._operand)),
      prec.left(BINDING.junction, infix($._operand, '&', $._operand)),
      prec.left(BINDING.sum, infix($._operand, choice('+', '-'), $._operand)),
      prec.left(BINDING.product, infix($._operand, choice('*', '/', '//', '%'), $._operand)),
      prec.right(BINDING.power, infix($._operand, '**', $._operand)),
    ),
    unary_operator: $ => prec(BINDING.factor, seq(
      field('operator', choice('-', '+', '~')), field('argument', $._operand),
    )),

    _primary: $ => choice($._atom, $.call, $.subscript, $.attribute),
    call: $ => seq(field('function', $._primary), field('arguments', $.argument_list)),
    argument_list: $ => seq('(', optional(listed(choice($._expression, $.keyword_argument))), ')'),
    keyword_argument: $ => seq(field('name', $.identifier), '=', field('value', $._expression)),
    subscript: $ => seq(field('value', $._primary), '[', field('index', $._expression), ']'),
    attribute: $ => seq(field('object', $._primary), '.', field('attribute', $.identifier)),

    _atom: $ => choice(
      $.identifier, $.number, $.string, $.true, $.false, $.none, $.parenthesized_expression, $.tuple, $.list,
    ),
    parenthesized_expression: $ => seq('(', $._expression, ')'),
    tuple: $ => seq(
      '(', optional(seq($._expression, choice(',', seq(repeat1(seq(',', $._expression)), optional(','))))), ')',
    ),
    list: $ => seq('[', optional(listed($._expression)), ']'),

    true: _ => choice('True', 'true'),
    false: _ => choice('False', 'false'),
    none: _ => 'None',

    identifier: _ => /[\p{XID_Start}_]\p{XID_Continue}*/,

    number: _ => token(choice(
      /[0-9]+(_[0-9]+)*(\.([0-9]+(_[0-9]+)*)?)?([eE][+-]?[0-9]+(_[0-9]+)*)?/,
      /\.[0-9]+(_[0-9]+)*([eE][+-]?[0-9]+(_[0-9]+)*)?/,
    )),

    // Nothing may stand between the parts, so that a string ends on its line and a `#` in it begins no comment.
    string: $ => choice(
      seq('"', repeat(choice(alias($._double_quoted, $.string_content), $.escape_sequence)), token.immediate('"')),
      seq("'", repeat(choice(alias($._single_quoted, $.string_content), $.escape_sequence)), token.immediate("'")),
    ),
    _double_quoted: _ => token.immediate(prec(1, /[^"\\\r\n]+/)),
    _single_quoted: _ => token.immediate(prec(1, /[^'\\\r\n]+/)),
    escape_sequence: _ => token.immediate(prec(1, /\\[^\r\n]/)),

    // A line `#! key = value`. What is no such line has a value alone; ` # ` begins a comment as it does elsewhere.
    directive: $ => seq(
      alias(token(prec(1, '#!')), '#!'),
      optional(choice(
        field('value', $.directive_value),
        seq(
          field('key', $.directive_key),
          optional(choice(field('value', $.directive_value), seq('=', optional(field('value', $.directive_value))))),
        ),
      )),
    ),
    directive_key: _ => /[A-Za-z_][A-Za-z0-9_-]*/,
    directive_value: _ => token(prec(-1, /[^ \t\f\r\n#][^ \t\f\r\n]*([ \t\f]+[^ \t\f\r\n#][^ \t\f\r\n]*)*/)),

    // Behind code and inside brackets a directive sets nothing, whatever it says.
    trailing_directive: _ => /#![^\r\n]*/,
    comment: _ => /#([^!\r\n][^\r\n]*)?/,
    line_continuation: _ => /\\[ \t\f]*(\r\n|\n|\r)/,
  },
});
