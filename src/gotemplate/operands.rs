//! Pipelines, commands and operands.

use super::lexer::{Token, TokenKind};
use super::literal;
use super::parser::{Parser, Result, whole};
use super::tree::{Command, Name, Operand, OperandKind, Pipeline};
use crate::text::Span;

impl Parser<'_> {
    /// `declarations? command ('|' command)*` up to `end`, which is taken. `place` is what it belongs to, for messages.
    pub(super) fn pipeline(&mut self, place: &str, end: TokenKind) -> Result<Pipeline> {
        let start = self.skip_space().span;
        let (variables, is_assignment) = self.declarations(place)?;
        let mut commands: Vec<Command> = Vec::new();
        loop {
            let before = self.position();
            let token = self.next_word();
            if token.kind == end {
                break;
            }
            if !begins_operand(token.kind) {
                return Err(self.unexpected(token, place));
            }
            self.go_back(before);
            commands.push(self.command()?);
        }
        if commands.is_empty() {
            return Err(Parser::fault(start, format!("{place} has no value")));
        }
        let constant = |command: &&Command| {
            use OperandKind::{Bool, Character, Dot, Nil, Number, Text};
            matches!(command.first.kind, Bool(_) | Dot | Nil | Number { .. } | Character | Text(_))
        };
        if let Some(command) = commands.iter().skip(1).find(constant) {
            return Err(Parser::fault(command.first.span, "a value cannot take what comes through `|`"));
        }
        let mut pipeline = Pipeline { span: Span::new(start.start, start.start), variables, is_assignment, commands };
        pipeline.span = whole(&pipeline);
        Ok(pipeline)
    }

    /// `$x :=`, `$x =`, and in a range `$k, $v :=`.
    fn declarations(&mut self, place: &str) -> Result<(Vec<Name>, bool)> {
        let mut variables = Vec::new();
        loop {
            let variable = self.skip_space();
            if variable.kind != TokenKind::Variable {
                return Ok((variables, false));
            }
            let before = self.position();
            self.next();
            let next = self.skip_space();
            let name = self.written(variable.span).to_owned();
            let is_comma = next.kind == TokenKind::Char && self.written(next.span) == ",";
            if !is_comma && !matches!(next.kind, TokenKind::Assign | TokenKind::Declare) {
                self.go_back(before);
                return Ok((variables, false));
            }
            self.next();
            self.scope.variables.push(name.clone());
            variables.push(Name { text: name, span: variable.span });
            if !is_comma {
                return Ok((variables, next.kind == TokenKind::Assign));
            }
            if place != "`range`" || variables.len() > 1 {
                return Err(Parser::fault(variable.span, format!("{place} cannot declare several variables")));
            }
            let following = self.skip_space();
            if !matches!(following.kind, TokenKind::Variable | TokenKind::RightDelim | TokenKind::RightParen) {
                return Err(Parser::fault(following.span, "`range` can declare variables only"));
            }
        }
    }

    fn command(&mut self) -> Result<Command> {
        let mut operands: Vec<Operand> = Vec::new();
        let start = self.skip_space().span;
        loop {
            self.skip_space();
            if let Some(operand) = self.operand()? {
                operands.push(operand);
            }
            let before = self.position();
            let token = self.next();
            match token.kind {
                TokenKind::Space => continue,
                TokenKind::RightDelim | TokenKind::RightParen => self.go_back(before),
                TokenKind::Pipe => {}
                _ => return Err(self.unexpected(token, "a value")),
            }
            break;
        }
        let mut operands = operands.into_iter();
        let Some(first) = operands.next() else { return Err(Parser::fault(start, "a command is empty")) };
        let arguments: Vec<Operand> = operands.collect();
        let end = arguments.last().unwrap_or(&first).span;
        Ok(Command { span: first.span.cover(end), first, arguments })
    }

    /// A term with fields after it; none at anything else.
    fn operand(&mut self) -> Result<Option<Operand>> {
        let Some(term) = self.term()? else { return Ok(None) };
        let mut fields = Vec::new();
        while self.peek().kind == TokenKind::Field {
            let token = self.next();
            fields.push(self.field(token));
        }
        let Some(last) = fields.last() else { return Ok(Some(term)) };
        let span = term.span.cover(last.span);
        let kind = match term.kind {
            OperandKind::Fields(mut before) => {
                before.extend(fields);
                OperandKind::Fields(before)
            }
            OperandKind::Variable(name, mut before) => {
                before.extend(fields);
                OperandKind::Variable(name, before)
            }
            OperandKind::Function(_) | OperandKind::Pipeline(_) | OperandKind::Chain(..) => {
                OperandKind::Chain(Box::new(term), fields)
            }
            _ => return Err(Parser::fault(span, "a constant has no fields")),
        };
        Ok(Some(Operand { kind, span }))
    }

    fn field(&self, token: Token) -> Name {
        Name { text: self.written(token.span).trim_start_matches('.').to_owned(), span: token.span }
    }

    fn term(&mut self) -> Result<Option<Operand>> {
        let before = self.position();
        let token = self.next_word();
        let text = self.written(token.span).to_owned();
        let refused = |why: &str| Err(Parser::fault(token.span, why));
        let mut span = token.span;
        let kind = match token.kind {
            TokenKind::Identifier => {
                if !self.has_function(&text) {
                    self.unknown_function(&text, token.span);
                }
                OperandKind::Function(text)
            }
            TokenKind::Dot => OperandKind::Dot,
            TokenKind::Nil => OperandKind::Nil,
            TokenKind::Variable if self.scope.variables.contains(&text) => {
                OperandKind::Variable(Name { text, span: token.span }, Vec::new())
            }
            TokenKind::Variable => return refused(&format!("there is no variable `{text}` here")),
            TokenKind::Field => OperandKind::Fields(vec![self.field(token)]),
            TokenKind::Bool => OperandKind::Bool(text == "true"),
            TokenKind::CharConstant if literal::is_character(&text) => OperandKind::Character,
            TokenKind::CharConstant => return refused("text needs double quotes; single quotes hold one character"),
            TokenKind::Number => match literal::number(&text) {
                Some(number) => OperandKind::Number { is_int: number.is_int, is_float: number.is_float },
                None => return refused("this is not a number"),
            },
            TokenKind::Complex if literal::is_complex(&text) => OperandKind::Number { is_int: false, is_float: false },
            TokenKind::Complex => return refused("this is not a number"),
            TokenKind::LeftParen => {
                self.deeper(token.span)?;
                let pipeline = self.pipeline("a pair of parentheses", TokenKind::RightParen)?;
                self.depth -= 1;
                span = span.cover(pipeline.span);
                OperandKind::Pipeline(Box::new(pipeline))
            }
            TokenKind::String(_) => match literal::unquoted(&text) {
                Some(text) => OperandKind::Text(text),
                None => return refused("this text has an escape that does not exist"),
            },
            _ => {
                self.go_back(before);
                return Ok(None);
            }
        };
        Ok(Some(Operand { kind, span }))
    }
}

fn begins_operand(kind: TokenKind) -> bool {
    use TokenKind::{Bool, CharConstant, Complex, Dot, Field, Identifier, LeftParen, Nil, Number, String, Variable};
    matches!(
        kind,
        Bool | CharConstant | Complex | Dot | Field | Identifier | LeftParen | Nil | Number | String(_) | Variable
    )
}
