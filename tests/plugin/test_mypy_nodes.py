"""The classes of mypy's tree that the plugin was written for: a new one breaks a test here, and not a user's run."""

import mypy.nodes
import mypy.patterns
import pytest

STATEMENTS = """
    AssertStmt AssignmentStmt Block BreakStmt ClassDef ContinueStmt Decorator DelStmt ExpressionStmt ForStmt FuncDef
    GlobalDecl IfStmt Import ImportAll ImportBase ImportFrom MatchStmt NonlocalDecl OperatorAssignmentStmt
    OverloadedFuncDef PassStmt RaiseStmt ReturnStmt Statement TryStmt TypeAliasStmt WhileStmt WithStmt
"""
EXPRESSIONS = """
    AssertTypeExpr AssignmentExpr AwaitExpr BytesExpr CallExpr CastExpr ComparisonExpr ComplexExpr ConditionalExpr
    DictExpr DictionaryComprehension EllipsisExpr EnumCallExpr Expression FakeExpression FloatExpr GeneratorExpr
    IndexExpr IntExpr LambdaExpr ListComprehension ListExpr MemberExpr NameExpr NamedTupleExpr NewTypeExpr OpExpr
    ParamSpecExpr PromoteExpr RefExpr RevealExpr SetComprehension SetExpr SliceExpr StarExpr StrExpr SuperExpr TempNode
    TupleExpr TypeAliasExpr TypeApplication TypeFormExpr TypeVarExpr TypeVarLikeExpr TypeVarTupleExpr TypedDictExpr
    UnaryExpr YieldExpr YieldFromExpr
"""
PATTERNS = """
    AsPattern ClassPattern MappingPattern OrPattern Pattern SequencePattern SingletonPattern StarredPattern ValuePattern
"""
SINCE_2 = {"TemplateStrExpr"}


@pytest.mark.parametrize(
    ("module", "base", "known"),
    [
        (mypy.nodes, mypy.nodes.Statement, STATEMENTS),
        (mypy.nodes, mypy.nodes.Expression, EXPRESSIONS),
        (mypy.patterns, mypy.patterns.Pattern, PATTERNS),
    ],
    ids=["statements", "expressions", "patterns"],
)
def test_mypy_has_no_node_that_the_lowering_does_not_know(module: object, base: type, known: str) -> None:
    """When this fails, see what the new class means, lower it, and add it to the list."""
    found = {c.__name__ for c in vars(module).values() if isinstance(c, type) and issubclass(c, base)}
    assert found - SINCE_2 == set(known.split())
