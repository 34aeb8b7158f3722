using System.Runtime.CompilerServices;
using Broadsheet.Errors.V1;
using Google.Api;
using Google.Protobuf.Reflection;
using ErrorReasonReflection = Broadsheet.Errors.V1.ErrorReasonReflection;

namespace Broadsheet.Contracts.Tests;

/// <summary>
/// What clients depend on, one line each: names, numbers, types, JSON names, methods, paths, status codes. A line that
/// is gone from the contracts breaks somebody; a new line is added to the baseline with the change that brings it
/// (run this test with BROADSHEET_UPDATE_BASELINE=1).
/// </summary>
public sealed class BaselineTests
{
    private static string BaselinePath([CallerFilePath] string self = "") => Path.Combine(Path.GetDirectoryName(self)!, "../../protos/baseline/contracts.txt");

    [Fact]
    public void Nothing_that_clients_depend_on_is_gone()
    {
        var lines = Lines().ToHashSet(StringComparer.Ordinal);
        Assert.DoesNotContain(File.ReadLines(BaselinePath()), line => !lines.Contains(line));
    }

    [Fact]
    public void Baseline_has_everything_that_the_contracts_have()
    {
        if (Environment.GetEnvironmentVariable("BROADSHEET_UPDATE_BASELINE") == "1")
        {
            File.WriteAllLines(BaselinePath(), Lines());
        }

        Assert.Equal(Lines(), File.ReadLines(BaselinePath()));
    }

    [Fact]
    public void A_change_of_a_fields_number_type_or_name_is_seen()
    {
        var field = V("broadsheet.content.v1.Story").FindFieldByName("title");
        var line = Describe(field);
        Assert.Contains(line, Lines());
        Assert.NotEqual(line, Describe(V("broadsheet.content.v1.Story").FindFieldByName("dek")));
        Assert.Contains(" 8 title string ", line, StringComparison.Ordinal);

        static MessageDescriptor V(string name) => ContractMethods.Files.SelectMany(file => file.MessageTypes).Single(message => message.FullName == name);
    }

    [Fact]
    public void Every_method_says_whether_it_may_be_repeated_and_has_a_request_of_its_own()
    {
        var methods = ContractMethods.Services.SelectMany(service => service.Methods).ToArray();
        Assert.All(methods, method => Assert.NotEqual(MethodOptions.Types.IdempotencyLevel.IdempotencyUnknown, method.Idempotency()));
        Assert.All(methods, method => Assert.Equal($"{method.Name}Request", method.InputType.Name));
    }

    [Fact]
    public void Every_error_reason_has_a_status_code()
    {
        var values = ErrorReasonReflection.Descriptor.EnumTypes.Single().Values.Where(value => value.Number != 0);
        Assert.All(values, value => Assert.NotEqual(Google.Rpc.Code.Ok, value.GetOptions().GetExtension(ErrorReasonExtensions.Code)));
    }

    private static IReadOnlyList<string> Lines() =>
    [
        .. ContractMethods.Files.SelectMany(file =>
            file.MessageTypes.SelectMany(Describe)
                .Concat(file.EnumTypes.SelectMany(Describe))
                .Concat(file.Services.SelectMany(service => service.Methods).Select(Describe))
                .Select(line => $"{file.Name}: {line}"))
            .Order(StringComparer.Ordinal),
    ];

    private static IEnumerable<string> Describe(MessageDescriptor message) =>
        new[] { $"message {message.FullName}" }
            .Concat(message.Fields.InFieldNumberOrder().Select(Describe).Select(line => line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..]))
            .Concat(message.NestedTypes.SelectMany(Describe))
            .Concat(message.EnumTypes.SelectMany(Describe));

    private static string Describe(FieldDescriptor field)
    {
        var type = field.FieldType switch
        {
            FieldType.Message => field.MessageType.FullName,
            FieldType.Enum => field.EnumType.FullName,
            var scalar => scalar.ToString().ToLowerInvariant(),
        };
        return $"{field.File.Name}: field {field.ContainingType.FullName} {field.FieldNumber} {field.Name} {type} {(field.IsRepeated ? "repeated" : "single")} json={field.JsonName} oneof={field.RealContainingOneof?.Name}";
    }

    private static IEnumerable<string> Describe(EnumDescriptor type) => type.Values.Select(value =>
        $"enum {type.FullName} {value.Number} {value.Name} code={value.GetOptions()?.GetExtension(ErrorReasonExtensions.Code)}");

    private static string Describe(MethodDescriptor method)
    {
        var rule = method.GetOptions()?.GetExtension(AnnotationsExtensions.Http);
        var paths = rule is null ? "" : string.Join(", ", new[] { rule }.Concat(rule.AdditionalBindings).Select(Path));
        return $"method {method.FullName}({(method.IsClientStreaming ? "stream " : "")}{method.InputType.FullName}) returns {(method.IsServerStreaming ? "stream " : "")}{method.OutputType.FullName} {method.Idempotency()} [{paths}]";

        static string Path(HttpRule rule) => $"{rule.PatternCase} {rule.Get}{rule.Post}{rule.Patch}{rule.Delete}{rule.Put} body={rule.Body}";
    }
}
