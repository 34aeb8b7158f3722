using System.Collections.Frozen;

namespace Broadsheet.Query.Language;

/// <summary>Common given names: a name that begins with one is a person's, and it may tell "he" from "she".</summary>
internal static class GivenNames
{
    private static readonly FrozenSet<string> Male = Set(
        "Aaron Abdul Abdullah Abraham Adam Ahmed Alan Albert Alberto Alejandro Alex Alexander Alexei Alfred Ali Allen Anders Andre Andreas Andrei Andrew Andy Angelo Anthony Antonio Arnold Arthur Arturo Barack Barry Bashar Ben Benjamin Bernard Bernie Bill Billy Bob Boris Brad Brandon Brett Brian Bruce "
        + "Bryan Carl Carlos Charles Charlie Chris Christian Christopher Chuck Clarence Claude Clive Colin Craig Curtis Dale Dan Daniel Darren Dave David Dean Dennis Derek Dick Diego Dmitry Dominic Don Donald Douglas Duncan Dwight Earl Eddie Edgar Edmund Eduardo Edward Edwin Eli Elliott Elmer Emmanuel Eric Erik Ernest "
        + "Ernst Eugene Evan Felix Fernando Fidel Floyd Francesco Francisco Francois Frank Franklin Fred Frederick Friedrich Fyodor Gary Gavin Gene Geoffrey George Gerald Gerard Gilbert Giovanni Giuseppe Glenn Gordon Graham Greg Gregory Guillermo Gustav Guy Hans Harold Harry Harvey Hassan Heinrich Henri Henry Herbert Herman Howard Hugh Hugo "
        + "Ian Ibrahim Igor Ivan Jack Jacob Jacques Jake James Jamie Jared Jason Javier Jay Jean-Claude Jeff Jeffrey Jens Jeremy Jerome Jerry Jesse Jesus Jim Jimmy Joachim Joe Joel Johann Johannes John Johnny Jon Jonathan Jorge Jose Josef Joseph Joshua Juan Julian Julio Julius Justin Karl Keith Ken Kenneth Kevin Khalid Kofi Klaus Kurt "
        + "Larry Lars Laurence Lawrence Lee Leo Leon Leonard Leonardo Leonid Lewis Lloyd Louis Lucas Ludwig Luigi Luis Luke Magnus Manuel Marc Marcel Marco Marcus Mario Mark Marshall Martin Marvin Matt Matthew Maurice Max Maximilian Mehmet Michael Michel Miguel Mike Mikhail Mitch Mitt Mohammad Mohammed Mohamed Muhammad Mustafa Nathan Nathaniel Neil Nelson Newt "
        + "Nicholas Nick Nicolas Nikita Nikolai Noah Norman Oliver Olaf Omar Oscar Oswald Otto Owen Pablo Patrick Paul Pavel Pedro Peter Phil Philip Phillip Pierre Ralph Ramon Randy Raul Ray Raymond Recep Rex Ricardo Richard Rick Reince Corey Jeb Josh Rand Lindsey Barron Rob Robby Robert Roberto Robin Rodney Roger Roland Ron Ronald Ross Roy Rudolf Rudy Russell Ryan Salvador Sam Samuel Scott Sean Sebastian "
        + "Sergei Sergey Shane Sidney Simon Spencer Stanley Stefan Stephen Steve Steven Stewart Stuart Ted Terry Theodore Thomas Tim Timothy Todd Tom Tommy Tony Ulrich Umberto Valentin Vernon Victor Viktor Vincent Vladimir Volodymyr Wallace Walter Warren Wayne Werner Wilhelm Will William Willie Winston Wolfgang Xavier Yuri Yasser Zachary");

    private static readonly FrozenSet<string> Female = Set(
        "Abigail Ada Adele Agnes Aisha Alexandra Alice Alicia Alison Amanda Amelia Amy Ana Andrea Angela Angelina Anita Ann Anna Anne Annie Antonia Audrey Barbara Beatrice Belinda Bernadette Bertha Bessie Beth Betty Beverly Bonnie Brenda Bridget Camilla Carla Carmen Carol Caroline Carrie Catherine Cecilia Celine Charlotte Cheryl Christina Christine Cindy "
        + "Claire Clara Claudia Condoleezza Connie Constance Cora Cynthia Daisy Deborah Debra Denise Diana Diane Dolores Donna Dora Doris Dorothy Edith Edna Eileen Elaine Eleanor Elena Elisabeth Eliza Elizabeth Ella Ellen Elsa Emily Emma Erica Esther Ethel Eva Eve Evelyn Florence Frances Gabriela Gail Geraldine Gertrude Gina Gladys Glenda Gloria Grace "
        + "Greta Hannah Harriet Hazel Heather Hope Chelsea Melania Tiffany Huma Jen Kelly Megyn Carly Donatella Heidi Helen Helena Hilary Hillary Ida Indira Ingrid Irene Iris Isabel Isabella Ivanka Jackie Jacqueline Jane Janet Janice Jean Jennifer Jenny Jessica Jill Joan Joanna Josephine Joyce Judith Judy Julia Juliana Julie Kamala Karen Kate Katherine Kathleen Kathryn Kathy Katie Kellyanne Kim Kimberly Kristin Laura Lauren "
        + "Leila Lena Lillian Linda Lisa Liz Lois Loretta Louise Lucia Lucille Lucy Lydia Lynn Madeleine Madonna Maggie Margaret Maria Marian Marie Marilyn Marina Marion Marjorie Martha Mary Maryam Maureen Megan Melanie Melissa Mercedes Mildred Miriam Monica Myra Nadia Nancy Naomi Natalia Natalie Natasha Nicole Nikki Nina Nora Norma Olga Olivia Opal Pamela Patricia "
        + "Paula Pauline Pearl Peggy Penelope Phyllis Rachel Rebecca Regina Renee Rita Roberta Rosa Rose Rosemary Ruth Sally Samantha Sandra Sara Sarah Sharon Sheila Shirley Silvia Simone Sofia Sonia Sophia Sophie Stella Stephanie Sue Susan Suzanne Svetlana Sylvia Tamara Tanya Teresa Theresa Tina Ursula Valerie Vanessa Vera Veronica Victoria Violet Virginia Wendy Yvonne Zoe");

    /// <summary>True for a common given name, as capitalised.</summary>
    public static bool Contains(string word) => Male.Contains(word) || Female.Contains(word);

    /// <summary>'m', 'f', or ' ' for what the name does not tell.</summary>
    public static char Gender(string word) => Male.Contains(word) ? 'm' : Female.Contains(word) ? 'f' : ' ';

    private static FrozenSet<string> Set(string names) => names.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
