/** Any message a descriptor allows, as canonical JSON: for tests that must hold for methods nobody has written yet. */
import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import fc from "fast-check";

/** JSON of `type`, with any of its fields there or not. Fields of a oneof beyond the first are left out. */
export function anyMessage(type: DescMessage): fc.Arbitrary<Record<string, unknown>> {
  const fields = type.fields.filter(({ oneof }) => oneof === undefined || oneof.fields.length === 1);
  const model = Object.fromEntries(fields.map((field) => [field.jsonName, anyField(field)]));
  return fc.record(model, { requiredKeys: [] });
}

function anyField(field: DescField): fc.Arbitrary<unknown> {
  switch (field.fieldKind) {
    case "scalar":
      return present(field, anyScalar(field.scalar));
    case "enum":
      return fc.constantFrom(...field.enum.values.slice(1).map(({ name }) => name));
    case "message":
      return anyMessage(field.message);
    case "list":
      return fc.array(
        field.listKind === "message"
          ? anyMessage(field.message)
          : field.listKind === "scalar"
            ? anyScalar(field.scalar)
            : fc.constantFrom(...field.enum.values.map(({ name }) => name)),
        { minLength: 1, maxLength: 3 },
      );
    case "map":
      throw new Error(`${field.parent.typeName}.${field.name}: no message has maps yet`);
    default:
      return field satisfies never;
  }
}

/** The value a field has anyway is not written, unless the field can tell that it was set. */
const present = ({ presence }: DescField, values: fc.Arbitrary<unknown>) =>
  presence === 1
    ? values
    : values.filter((value) => value !== "" && value !== 0 && value !== "0" && value !== false);

/** Made once: what a text may not be looks at a long list, and there are fields by the hundred. */
const anyText = fc.string({ unit: "binary", maxLength: 12 });

function anyScalar(type: ScalarType): fc.Arbitrary<unknown> {
  switch (type) {
    case ScalarType.STRING:
      return anyText;
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.UINT32:
      return fc.integer({ min: 0, max: 0xffff_ffff });
    case ScalarType.INT32:
    case ScalarType.SINT32:
      return fc.integer();
    case ScalarType.UINT64:
      return fc.nat(Number.MAX_SAFE_INTEGER).map(String);
    case ScalarType.INT64:
    case ScalarType.SINT64:
      return fc.maxSafeInteger().map(String);
    default:
      throw new Error(`no message has a ${ScalarType[type]} yet`);
  }
}
