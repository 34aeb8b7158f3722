using System.CommandLine;
using Broadsheet.Benchmarks;

var root = new RootCommand("Measures Broadsheet beside a yardstick, both sides in one run, on loopback.")
{
    GetStoryBenchmark.Create(),
    SearchBenchmark.Create(),
    FreshnessBenchmark.Create(),
    IngestBenchmark.Create(),
    IngestFlood.Create(),
    GenerateReading.Create(),
    ReportsBenchmark.Create(),
    UniquesBenchmark.Create(),
    ScaleBenchmark.Create(),
    BareHost.Create(),
};
return await root.Parse(args).InvokeAsync();
