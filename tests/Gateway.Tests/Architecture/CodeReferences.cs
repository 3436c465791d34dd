using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Gateway.Tests.Architecture;

/// <summary>
/// Reads what every type of an assembly mentions: bases, fields, signatures and, from the IL, every member, type and type argument that a method
/// body touches. Constants leave no trace: the compiler copies their values.
/// </summary>
internal sealed class CodeReferences
{
    private readonly MetadataReader _metadata;
    private readonly PEReader _image;
    private readonly HashSet<CodeReference> _found = [];
    private readonly MentionedTypes _types;
    private string _from = "";
    private string _member = "";

    private CodeReferences(PEReader image)
    {
        _image = image;
        _metadata = image.GetMetadataReader();
        _types = new(name => _found.Add(new(_from, name, _member)));
    }

    internal static IReadOnlySet<CodeReference> Of(string assemblyFile)
    {
        using PEReader image = new(File.OpenRead(assemblyFile));
        CodeReferences references = new(image);
        foreach (TypeDefinitionHandle type in references._metadata.TypeDefinitions)
            references.ReadType(type);
        return references._found;
    }

    private void ReadType(TypeDefinitionHandle handle)
    {
        TypeDefinition type = _metadata.GetTypeDefinition(handle);
        _from = MentionedTypes.NameOf(_metadata, handle);
        Mention(type.BaseType);
        foreach (InterfaceImplementationHandle implemented in type.GetInterfaceImplementations())
            Mention(_metadata.GetInterfaceImplementation(implemented).Interface);
        ReadConstraints(type.GetGenericParameters());
        foreach (FieldDefinitionHandle field in type.GetFields())
            _metadata.GetFieldDefinition(field).DecodeSignature(_types, genericContext: null);
        foreach (MethodDefinitionHandle method in type.GetMethods())
            ReadMethod(_metadata.GetMethodDefinition(method));
    }

    private void ReadMethod(MethodDefinition method)
    {
        method.DecodeSignature(_types, genericContext: null);
        ReadConstraints(method.GetGenericParameters());
        if (method.RelativeVirtualAddress == 0)
            return;
        MethodBodyBlock body = _image.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
            _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(_types, genericContext: null);
        foreach (ExceptionRegion region in body.ExceptionRegions)
            Mention(region.CatchType);
        foreach (int token in MethodTokens.Of(body.GetILReader()))
            Mention(MetadataTokens.EntityHandle(token));
    }

    private void ReadConstraints(GenericParameterHandleCollection parameters)
    {
        foreach (GenericParameterHandle parameter in parameters)
        {
            foreach (GenericParameterConstraintHandle constraint in _metadata.GetGenericParameter(parameter).GetConstraints())
                Mention(_metadata.GetGenericParameterConstraint(constraint).Type);
        }
    }

    private void Mention(EntityHandle handle)
    {
        if (handle.IsNil)
            return;
        switch (handle.Kind)
        {
            case HandleKind.TypeReference or HandleKind.TypeDefinition:
                _types.Add(MentionedTypes.NameOf(_metadata, handle));
                break;
            case HandleKind.TypeSpecification:
                _metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(_types, genericContext: null);
                break;
            case HandleKind.MethodSpecification:
                MethodSpecification generic = _metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                generic.DecodeSignature(_types, genericContext: null);
                Mention(generic.Method);
                break;
            case HandleKind.MemberReference:
                MentionMember(_metadata.GetMemberReference((MemberReferenceHandle)handle));
                break;
            case HandleKind.MethodDefinition:
                MethodDefinition method = _metadata.GetMethodDefinition((MethodDefinitionHandle)handle);
                MentionMember(method.GetDeclaringType(), method.Name);
                break;
            case HandleKind.FieldDefinition:
                FieldDefinition field = _metadata.GetFieldDefinition((FieldDefinitionHandle)handle);
                MentionMember(field.GetDeclaringType(), field.Name);
                break;
        }
    }

    private void MentionMember(MemberReference member)
    {
        MentionMember(member.Parent, member.Name);
        if (member.GetKind() == MemberReferenceKind.Method)
            member.DecodeMethodSignature(_types, genericContext: null);
        else
            member.DecodeFieldSignature(_types, genericContext: null);
    }

    private void MentionMember(EntityHandle type, StringHandle name)
    {
        _member = _metadata.GetString(name);
        Mention(type);
        _member = "";
    }
}
