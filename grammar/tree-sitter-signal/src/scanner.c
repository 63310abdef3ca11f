// Line ends: outside of brackets one ends the statement, inside it means nothing. So brackets are counted here.
//
// A script that is being typed has brackets that are not closed yet. Where a value stands complete and the next line
// begins with a name, no valid script goes on: the statement is taken to end there, and the lines below are read as if
// nothing had happened. Commas are scanned here because they tell when a value inside brackets is complete.

#include "tree_sitter/alloc.h"
#include "tree_sitter/parser.h"

#include <string.h>

enum Token { NEWLINE, LINE_BREAK, COMMA, LEFT_PAREN, RIGHT_PAREN, LEFT_BRACKET, RIGHT_BRACKET };

typedef struct {
    uint32_t depth;
} Scanner;

void *tree_sitter_signal_external_scanner_create(void) { return ts_calloc(1, sizeof(Scanner)); }

void tree_sitter_signal_external_scanner_destroy(void *payload) { ts_free(payload); }

unsigned tree_sitter_signal_external_scanner_serialize(void *payload, char *buffer) {
    memcpy(buffer, payload, sizeof(Scanner));
    return sizeof(Scanner);
}

void tree_sitter_signal_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
    Scanner *scanner = payload;
    scanner->depth = 0;
    if (length == sizeof(Scanner)) memcpy(scanner, buffer, length);
}

static bool is_blank(int32_t c) { return c == ' ' || c == '\t' || c == '\f'; }

static bool is_line_end(int32_t c) { return c == '\n' || c == '\r'; }

static bool begins_name(int32_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
}

static void take_line_end(TSLexer *lexer) {
    bool carriage_return = lexer->lookahead == '\r';
    lexer->advance(lexer, false);
    if (carriage_return && lexer->lookahead == '\n') lexer->advance(lexer, false);
}

// Whether the next line of code begins in the first column, with a name that is not one of the words that join values.
static bool next_line_begins_with_name(TSLexer *lexer) {
    for (;;) {
        bool indented = is_blank(lexer->lookahead);
        while (is_blank(lexer->lookahead)) lexer->advance(lexer, false);
        if (lexer->lookahead == '#') {
            while (!lexer->eof(lexer) && !is_line_end(lexer->lookahead)) lexer->advance(lexer, false);
        }
        if (is_line_end(lexer->lookahead)) {
            take_line_end(lexer);
            continue;
        }
        if (indented || lexer->eof(lexer) || !begins_name(lexer->lookahead)) return false;
        char word[5] = {0};
        for (unsigned length = 0; length < sizeof(word); length++) {
            int32_t c = lexer->lookahead;
            if (!begins_name(c) && !(c >= '0' && c <= '9')) break;
            word[length] = c < 0x80 ? (char)c : '?';
            lexer->advance(lexer, false);
        }
        return strncmp(word, "and", 5) && strncmp(word, "or", 5) && strncmp(word, "if", 5) && strncmp(word, "else", 5);
    }
}

bool tree_sitter_signal_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid_symbols) {
    Scanner *scanner = payload;
    while (is_blank(lexer->lookahead)) lexer->advance(lexer, true);

    if (is_line_end(lexer->lookahead)) {
        take_line_end(lexer);
        lexer->mark_end(lexer);
        // A statement can end here although a bracket was left open: the parser has just put in the one that is missing.
        bool mended = valid_symbols[NEWLINE] && !valid_symbols[RIGHT_PAREN];
        if (mended || (valid_symbols[COMMA] && next_line_begins_with_name(lexer))) scanner->depth = 0;
        lexer->result_symbol = scanner->depth > 0 ? LINE_BREAK : NEWLINE;
        return true;
    }

    // Where a sign is not valid it may stand inside of a string.
    enum Token sign;
    switch (lexer->lookahead) {
    case ',': sign = COMMA; break;
    case '(': sign = LEFT_PAREN; break;
    case ')': sign = RIGHT_PAREN; break;
    case '[': sign = LEFT_BRACKET; break;
    case ']': sign = RIGHT_BRACKET; break;
    default: return false;
    }
    if (!valid_symbols[sign]) return false;
    lexer->advance(lexer, false);
    lexer->mark_end(lexer);
    if (sign == LEFT_PAREN || sign == LEFT_BRACKET) scanner->depth++;
    if ((sign == RIGHT_PAREN || sign == RIGHT_BRACKET) && scanner->depth > 0) scanner->depth--;
    lexer->result_symbol = sign;
    return true;
}
