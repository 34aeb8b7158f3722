System.Console.WriteLine("broadsheet");
